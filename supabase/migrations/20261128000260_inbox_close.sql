-- A message that was seen and asks for nothing can be closed without an answer.
update ai_sync_private.agent_stores
set ways = jsonb_set(ways, '{seen}', '["answered","escalated","closed"]')
where store = 'em_inbox';
