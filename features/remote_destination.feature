@remote @needs.vddk
Feature: Remote destination
  Machines are moved to a cluster given by its address and a token, which need not be the one the migration toolkit runs on.

  @test_cold_remote_ocp @severity.critical
  Scenario: A Linux and a Windows machine are still themselves on another cluster
    Given a powered-off RHEL 8 machine on the source
    And a powered-off Windows Server 2019 machine with one disk on the source
    And the plan leaves them running
    And their destination is a cluster reached by its address
    When they are cold migrated
    Then the migration succeeds
    And every target machine matches its source
    And their guest agents report in

  @test_warm_remote_ocp @severity.critical
  Scenario: A running machine is moved to another cluster and is down only for the last changes
    Given a running RHEL 8 machine on the source
    And the plan leaves it running
    And its destination is a cluster reached by its address
    When it is warm migrated
    Then the migration succeeds
    And the target machine matches its source
    And its guest agent reports in
