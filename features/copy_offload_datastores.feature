@copyoffload @cold
Feature: Copy-offload across datastores
  The array copies the disks stored on it. A disk stored elsewhere is copied by the host instead and arrives just the same.

  @test_copyoffload_multi_datastore_migration @needs.secondary_datastore
  Scenario: The array copies disks on two of its datastores
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And it has these extra disks
      | size  | provisioning | datastore |
      | 30 GB | thin         | secondary |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk stored on it

  @test_copyoffload_mixed_datastore_migration @needs.non_xcopy_datastore
  Scenario: The host copies a disk stored outside the array
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And it has these extra disks
      | size  | provisioning | datastore     |
      | 30 GB | thin         | without XCOPY |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk stored on it
    And the host copied every disk stored elsewhere

  @test_copyoffload_fallback_large_migration @needs.non_xcopy_datastore
  Scenario: The host copies a machine stored entirely outside the array
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And it is stored on the datastore without XCOPY
    And it has these extra disks
      | size   | provisioning | datastore     |
      | 100 GB | thin         | without XCOPY |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the host copied every disk stored elsewhere
