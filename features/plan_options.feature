@min_mtv_version=2.10
Feature: Plan options
  A plan says how a machine arrives: its disk names, namespace, node, labels and addresses.

  @cold @tier0 @test_cold_migration_comprehensive @severity.critical
  @needs.static_addresses @needs.placing @needs.disk_names
  Scenario: A switched-off Windows machine is started where the plan says, as the plan says
    Given a powered-off Windows Server 2019 machine on the source
    And the plan leaves it running
    And the plan keeps its static addresses
    And the plan names its disks after the machine and their number
    And the plan places it on a chosen worker
    And the plan gives it labels of its own
    And the plan wants it near other workloads
    And the plan puts it into a namespace of its own
    And the networks it joins are defined in a shared namespace
    When it is cold migrated
    Then the migration succeeds
    And the target machine matches its source
    And its disks are named as the plan says
    And it runs on the chosen worker
    And it carries the labels of the plan
    And it asks to run near those workloads
    And its static addresses are the ones it had
    And its guest agent reports in

  @warm @tier0 @test_warm_migration_comprehensive @severity.critical
  @needs.static_addresses @needs.placing @needs.disk_names
  Scenario: A running Windows machine is moved into a namespace of its own and keeps its addresses
    Given a running Windows Server 2022 machine on the source
    And the plan leaves it running
    And the plan keeps its static addresses
    And the plan names its disks after their source files, with a generated suffix
    And the plan gives it labels of its own
    And the plan wants it near other workloads
    And the plan puts it into a namespace of its own
    And the networks it joins are defined in a shared namespace
    When it is warm migrated
    Then the migration succeeds
    And the target machine matches its source
    And its disks are named as the plan says
    And it carries the labels of the plan
    And it asks to run near those workloads
    And its static addresses are the ones it had
    And its guest agent reports in

  @cold @severity.normal @needs.placing
  Scenario: A machine from any source is started where the plan says
    The comprehensive test of the older pytest suite asks for more, which only machines from vSphere can keep.

    Given a powered-off RHEL 8 machine on the source
    And the plan leaves it running
    And the plan places it on a chosen worker
    And the plan gives it labels of its own
    And the plan wants it near other workloads
    And the plan puts it into a namespace of its own
    And the networks it joins are defined in a shared namespace
    When it is cold migrated
    Then the migration succeeds
    And the target machine matches its source
    And it runs on the chosen worker
    And it carries the labels of the plan
    And it asks to run near those workloads
    And its guest agent reports in
