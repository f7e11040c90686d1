@copyoffload @cold
Feature: Copy-offload of machines with snapshots
  The array copies the current state of a machine; its snapshots stay on the source, untouched.

  @test_copyoffload_thin_snapshots_migration
  Scenario: A machine with two snapshots arrives in its latest state
    Given a running Copy-offload template machine on the source
    And its disks are provisioned thin
    And 2 snapshots are taken of it while it runs
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk stored on it

  @test_copyoffload_2tb_vm_snapshots_migration
  Scenario: A two-terabyte machine with two snapshots arrives in its latest state
    Given a running Copy-offload template machine on the source
    And its disks are provisioned thin
    And it has these extra disks
      | size | provisioning |
      | 2 TB | thin         |
    And 2 snapshots are taken of it while it runs
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk stored on it
