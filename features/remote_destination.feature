@remote @needs.vddk
Feature: Remote destination
  Machines are moved to a cluster that is reached by its address and a token, wherever the migration toolkit itself runs.

  @test_cold_remote_ocp @severity.critical
  Scenario: A Linux and a Windows machine are still themselves on another cluster
    Given a powered-off RHEL 8 machine on the source
    And a powered-off Windows Server 2019 machine with one disk on the source
    And the plan leaves it running
    And its destination is a cluster reached by its address
    When it is cold migrated
    Then the migration succeeds
    And the target machine matches its source
    And its guest agent reports in

  @test_warm_remote_ocp @severity.critical
  Scenario: A running machine is moved to another cluster and is only away for the last changes
    Given a running RHEL 8 machine on the source
    And the plan leaves it running
    And its destination is a cluster reached by its address
    When it is warm migrated
    Then the migration succeeds
    And the target machine matches its source
    And its guest agent reports in
