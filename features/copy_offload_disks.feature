@copyoffload @cold
Feature: Copy-offload of several disks
  However many disks a machine has, how large they are and wherever their files lie, the array copies each of them.

  @test_copyoffload_multi_disk_migration
  Scenario: A second disk is copied by the array, too
    Given a powered-off Copy-offload template machine on the source
    And it has these extra disks
      | size  | provisioning |
      | 30 GB | thick-lazy   |
    And the plan leaves it running
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk that lies on it
    And its guest agent reports in

  @test_copyoffload_multi_disk_different_path_migration
  Scenario: A disk whose file lies in a folder of its own is copied by the array
    Given a powered-off Copy-offload template machine on the source
    And it has these extra disks
      | size  | provisioning | folder       |
      | 30 GB | thick-lazy   | shared_disks |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk that lies on it

  @test_copyoffload_large_vm_migration
  Scenario: A machine of a terabyte is copied by the array
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And it has these extra disks
      | size | provisioning |
      | 1 TB | thin         |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk that lies on it

  @test_copyoffload_10_mixed_disks_migration
  Scenario: Ten more disks, thin and thick in turn, arrive in their order
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
    And the storage array copied every disk that lies on it

  @test_copyoffload_independent_persistent_disk_migration
  Scenario: A disk that stays out of snapshots is copied by the array
    Given a powered-off Copy-offload template machine on the source
    And it has these extra disks
      | size  | provisioning | mode                   |
      | 30 GB | thin         | independent persistent |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk that lies on it

  @test_copyoffload_independent_nonpersistent_disk_migration
  Scenario: A disk that forgets what is written to it is copied by the array
    Given a powered-off Copy-offload template machine on the source
    And it has these extra disks
      | size  | provisioning | mode                      |
      | 30 GB | thin         | independent nonpersistent |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk that lies on it

  @test_copyoffload_rdm_virtual_disk_migration @needs.rdm
  Scenario: A raw disk of the array becomes a disk like any other
    Given a powered-off Copy-offload template machine on the source
    And it has a raw disk of the storage array
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
