@copyoffload @cold
Feature: Copy-offload and names
  A machine can move even if vSphere accepts its name and Kubernetes would not.

  @test_copyoffload_nonconforming_name_migration
  Scenario: A machine with capitals and underscores in its name gets a name that Kubernetes accepts
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And its name has capitals and underscores
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And its name on the target is one that Kubernetes accepts
    And the target machine matches its source
    And the storage array copied every disk stored on it
