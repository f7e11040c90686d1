@copyoffload @cold
Feature: Copy-offload of several disks
  The array copies every disk of a machine, however many there are, however large, and wherever their files are.

  @test_copyoffload_multi_disk_migration
  Scenario: The array also copies a second disk
    Given a powered-off Copy-offload template machine on the source
    And it has these extra disks
      | size  | provisioning |
      | 30 GB | thick-lazy   |
    And the plan leaves it running
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk stored on it
    And its guest agent reports in

  @test_copyoffload_multi_disk_different_path_migration
  Scenario: The array copies a disk whose file is in a folder of its own
    Given a powered-off Copy-offload template machine on the source
    And it has these extra disks
      | size  | provisioning | folder       |
      | 30 GB | thick-lazy   | shared_disks |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk stored on it

  @test_copyoffload_large_vm_migration
  Scenario: The array copies a one-terabyte machine
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And it has these extra disks
      | size | provisioning |
      | 1 TB | thin         |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk stored on it

  @test_copyoffload_10_mixed_disks_migration
  Scenario: Ten extra disks, alternately thin and thick, arrive in order
    Given a powered-off Copy-offload template machine on the source
    And it has these extra disks
      | size  | provisioning |
      | 10 GB | thin         |
      | 10 GB | thick-lazy   |
      | 10 GB | thin         |
      | 10 GB | thick-lazy   |
      | 10 GB | thin         |
      | 10 GB | thick-lazy   |
      | 10 GB | thin         |
      | 10 GB | thick-lazy   |
      | 10 GB | thin         |
      | 10 GB | thick-lazy   |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk stored on it

  @test_copyoffload_independent_persistent_disk_migration
  Scenario: The array copies a disk that is excluded from snapshots
    Given a powered-off Copy-offload template machine on the source
    And it has these extra disks
      | size  | provisioning | mode                   |
      | 30 GB | thin         | independent persistent |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And MTV warned about its independent disk
    And every disk arrived
    And the storage array copied every disk stored on it

  @test_copyoffload_independent_nonpersistent_disk_migration
  Scenario: The array copies a disk that discards its changes at power-off
    Given a powered-off Copy-offload template machine on the source
    And it has these extra disks
      | size  | provisioning | mode                      |
      | 30 GB | thin         | independent nonpersistent |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And MTV warned about its independent disk
    And every disk arrived
    And the storage array copied every disk stored on it

  @test_copyoffload_rdm_virtual_disk_migration @needs.rdm
  Scenario: A raw disk on the array becomes an ordinary disk
    Given a powered-off Copy-offload template machine on the source
    And it has a raw disk on the storage array
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And MTV warned about its raw disk
    And every disk arrived
