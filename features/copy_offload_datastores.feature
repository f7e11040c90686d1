@copyoffload @cold
Feature: Copy-offload across datastores
  The array copies what lies on it; a disk that lies elsewhere is copied by the host instead, and arrives all the same.

  @test_copyoffload_multi_datastore_migration @needs.secondary_datastore
  Scenario: Disks on two datastores of the array are copied by it
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And it has these extra disks
      | size  | provisioning | datastore |
      | 30 GB | thin         | secondary |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk that lies on it

  @test_copyoffload_mixed_datastore_migration @needs.non_xcopy_datastore
  Scenario: A disk outside the storage array is copied by the host instead
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And it has these extra disks
      | size  | provisioning | datastore     |
      | 30 GB | thin         | without XCOPY |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the storage array copied every disk that lies on it
    And the host copied every disk that lies elsewhere

  @test_copyoffload_fallback_large_migration @needs.non_xcopy_datastore
  Scenario: A whole machine outside the storage array is copied by the host
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And it lies on the datastore without XCOPY
    And it has these extra disks
      | size   | provisioning | datastore     |
      | 100 GB | thin         | without XCOPY |
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And the target machine matches its source
    And every disk arrived
    And the host copied every disk that lies elsewhere
