@copyoffload
Feature: Copy-offload
  The storage array itself copies the disks stored on it, and the machine arrives unchanged.

  @cold @test_copyoffload_thin_migration @severity.critical
  Scenario: The array copies a thin disk
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And the storage array copied every disk stored on it

  @cold @test_copyoffload_thick_lazy_migration
  Scenario: The array copies a thick disk
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thick-lazy
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And the storage array copied every disk stored on it

  @warm @test_copyoffload_warm_migration @severity.critical
  Scenario: The array makes the first copy of a running machine, which is down only for the last changes
    Given a running Copy-offload template machine on the source
    And the plan leaves it running
    When it is warm migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And the storage array copied every disk stored on it
    And its guest agent reports in
