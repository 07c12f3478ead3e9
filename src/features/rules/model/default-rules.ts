/** The initial rules file of a project. It has 33 lines, which leaves room for seven managed rules. */
export const defaultRules = (day: string): string => `---
name: specfact-code-review
description: House rules of this project, with the rules that its reviews find broken most often
allowed-tools: []
---

# House Rules - AI Coding Context (v1)
Updated: ${day} | Module: reward-ledger

## DO
- Read the code around a change before you edit it, and follow its conventions
- Agree on the behaviour first, then write a failing test, then the code, then run all checks
- Name things for what they are in the domain, the same thing by the same name everywhere
- Keep functions under 120 lines and at most five parameters
- Remove code that nothing uses, in the same change that makes it unused
- Extract the second copy of a piece of logic, not the first
- Keep storage, transport and rules of the domain apart
- Check every input where it enters, and say what is wrong with it and what to do
- State the types of public functions, of what they take and what they give back
- Cover each mended fault by a test that fails without the mend
- Run linter, types and tests before you propose a change

## DON'T
- Don't report findings that nobody can act on
- Don't catch errors without handling them or passing them on
- Don't silence a check without a reason beside it
- Don't read and change state in one function
- Don't reach for network or disk while a module loads
- Don't write secrets, tokens or personal data into code, logs or tests
- Don't let a function or file grow beyond what one person can review at once

## TOP VIOLATIONS (auto-updated by reward-ledger rules update)
<!-- auto-managed: do not edit manually -->
`;
