@cold
Feature: Migration hooks
  A user's own playbook runs before or after the move. If it fails, the migration fails at that point.

  @tier0 @test_post_hook_retain_failed_vm @severity.critical
  Scenario: A machine whose post-migration hook fails is kept, and still itself
    Given a running RHEL 8 machine on the source
    And the plan leaves it switched off
    And the plan runs a pre-migration hook that succeeds
    And the plan runs a post-migration hook that fails
    When it is cold migrated
    Then the migration fails in its post-migration hook
    And the target machine matches its source

  @severity.critical
  Scenario: A machine whose pre-migration hook fails stays where it is
    The older pytest suite has playbooks for this, but no test.

    Given a running RHEL 8 machine on the source
    And the plan runs a pre-migration hook that fails
    When it is cold migrated
    Then the migration fails in its pre-migration hook
    And nothing was migrated

  @severity.normal
  Scenario: A machine is moved between two hooks that succeed
    The older pytest suite has playbooks for this, but no test.

    Given a powered-off RHEL 8 machine on the source
    And the plan runs a pre-migration hook that succeeds
    And the plan runs a post-migration hook that succeeds
    When it is cold migrated
    Then the migration succeeds
    And its hooks ran
    And the target machine matches its source

  @severity.normal
  Scenario: A user's own playbook can veto the move
    The older pytest suite accepts such playbooks, but has no test with one.

    Given a running RHEL 8 machine on the source
    And the plan runs this playbook as its pre-migration hook
      """
      - name: Ask whether machines may be moved now
        hosts: localhost
        gather_facts: false
        tasks:
          - name: Look into the calendar
            ansible.builtin.debug:
              msg: The change window opens on Sunday
          - name: Keep the machine where it is
            ansible.builtin.fail:
              msg: Machines are moved in the change window only
      """
    When it is cold migrated
    Then the migration fails in its pre-migration hook
    And nothing was migrated
