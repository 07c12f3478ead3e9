-- The agent's store trust. Changes of an agent's tier of trust, from 0 (it only reads) to 5 (it integrates). Raising it needs the signature of the human who decides, lowering none.
-- Written by `npm run migration -- trust` from the store's definition.

insert into ai_sync_private.agent_stores (store, columns, key, key_from, defaults, changes, fill, state, ways, trail, checks) values
  ('trust', '{id,changed_at,agent,from_tier,to_tier,reason,em_handle,em_signature,project}',
    '{id}', 'given', '{}', 'none', '{}', null,
    null, null, '
      $.id.type() == "string"
      && $.changed_at.type() == "string"
      && $.agent.type() == "string"
      && $.from_tier.type() == "number" && $.from_tier.floor() == $.from_tier && $.from_tier >= 0 && $.from_tier <= 5
      && $.to_tier.type() == "number" && $.to_tier.floor() == $.to_tier && $.to_tier >= 0 && $.to_tier <= 5
      && $.reason.type() == "string"
      && $.em_handle.type() == "string"
      && (!exists($.em_signature) || $.em_signature.type() == "string")
      && (!exists($.project) || $.project.type() == "string")
      && $.from_tier != $.to_tier && ($.to_tier < $.from_tier || $.em_signature == $.em_handle)')
on conflict (store) do update set
  columns = excluded.columns, key = excluded.key, key_from = excluded.key_from, defaults = excluded.defaults, changes = excluded.changes,
  fill = excluded.fill, state = excluded.state, ways = excluded.ways, trail = excluded.trail, checks = excluded.checks;

insert into ai_sync_private.agent_kinds (kind, store, op) values
  ('trust.set', 'trust', 'add')
on conflict (kind) do update set store = excluded.store, op = excluded.op;

create or replace view ai_sync.agent_trust with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'id' as id,
    cells ->> 'changed_at' as changed_at,
    cells ->> 'agent' as agent,
    (cells ->> 'from_tier')::numeric::bigint as from_tier,
    (cells ->> 'to_tier')::numeric::bigint as to_tier,
    cells ->> 'reason' as reason,
    cells ->> 'em_handle' as em_handle,
    cells ->> 'em_signature' as em_signature,
    project
  from ai_sync.agent_rows where store = 'trust' and cells is not null;

select ai_sync_private.finish_store('20261129000200', 'trust');
