@copyoffload @cold
Feature: Copy-offload of many machines
  The array serves several machines in one plan, and several plans at the same time.

  @test_copyoffload_scale_migration
  Scenario: The array copies five machines in one plan
    Given five powered-off Copy-offload template machines on the source
    When they are cold migrated with copy-offload
    Then the migration succeeds
    And every target machine matches its source
    And every disk arrived
    And the storage array copied every disk stored on it

  @test_simultaneous_copyoffload_migrations
  Scenario: Two copy-offload plans run at the same time
    Given two powered-off Copy-offload template machines on the source
    And each is in a plan of its own
    When both plans are migrated with copy-offload at the same time
    Then both migrations succeed
    And they were under way at the same time
    And every target machine matches its source
    And the storage array copied every disk stored on it

  @test_concurrent_xcopy_vddk_migration @needs.vddk
  Scenario: A plan with copy-offload and one without run at the same time
    Given two powered-off Copy-offload template machines on the source
    And each has these extra disks
      | size  | provisioning |
      | 30 GB | thin         |
    And each is in a plan of its own
    When both plans are migrated at the same time, only the first with copy-offload
    Then both migrations succeed
    And they were under way at the same time
    And every target machine matches its source
