-- A plan with a switched-off way counts as dear as no plan is, and a server that compiles dear plans (jit = on, with LLVM) spends
-- more time on that than on all the rest. These functions do without, whatever the server's setting is.
alter function ai_sync_private.materialise_reviews(ai_sync.facts[], text[]) set jit = off;
alter function ai_sync_private.materialise_evals(ai_sync.facts[]) set jit = off;
alter function ai_sync_private.materialise_baselines(ai_sync.facts[]) set jit = off;
alter function ai_sync_private.materialise_agents(ai_sync.facts[]) set jit = off;
-- What they are called by, so that what they call is covered, too.
alter function ai_sync_private.materialise_added() set jit = off;
alter function ai_sync_private.rematerialise(uuid) set jit = off;
-- A subquery for each device, whatever the planner believes their number to be.
alter function ai_sync.heads(uuid) set jit = off;
alter function ai_sync.totals(uuid) set jit = off;
