@cold @tier0
Feature: Cold migration
  A machine that may be switched off for the move arrives on OpenShift Virtualization unchanged.

  @test_sanity_cold_mtv_migration @severity.critical
  Scenario: A RHEL machine is still itself after a cold migration
    Given a running RHEL 8 machine on the source
    And the plan leaves it running
    When it is cold migrated
    Then the migration succeeds
    And the target machine matches its source
    And its guest agent reports in
    And it answers over SSH as the same guest
