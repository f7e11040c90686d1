@warm
Feature: Warm migration
  A machine that must keep running is copied while it works, and is down only for the last changes.

  @tier0 @test_sanity_warm_mtv_migration @severity.critical
  Scenario: A RHEL machine is still itself after a warm migration
    Given a running RHEL 8 machine on the source
    And the plan leaves it running
    When it is warm migrated
    Then the migration succeeds
    And the target machine matches its source
    And its guest agent reports in
    And it answers over SSH as the same guest

  @test_mtv_migration_warm_2disks2nics
  Scenario: Two disks and two network cards arrive as they were
    Given a running RHEL 8 machine with two disks and two NICs on the source
    When it is warm migrated
    Then the migration succeeds
    And the target machine matches its source
    And its guest agent reports in
