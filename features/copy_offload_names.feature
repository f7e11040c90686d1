@copyoffload @cold
Feature: Copy-offload and names
  A name that vSphere takes and Kubernetes would refuse is no obstacle.

  @test_copyoffload_nonconforming_name_migration
  Scenario: A machine with capitals and underscores in its name gets a name that Kubernetes takes
    Given a powered-off Copy-offload template machine on the source
    And its disks are provisioned thin
    And its name has capitals and underscores
    When it is cold migrated with copy-offload
    Then the migration succeeds
    And its name on the target is one that Kubernetes takes
    And the target machine matches its source
    And the storage array copied every disk that lies on it
