-- The agent's store spend. What calls of models cost: one call an entry, or what a session of an agent added within a quarter of an hour, as its transcript says.
-- Written by `npm run migration -- spend` from the store's definition.

insert into ai_sync_private.agent_stores (store, columns, key, key_from, defaults, changes, fill, state, ways, trail, checks) values
  ('spend', '{id,occurred_at,task_id,call_site,model,input_tokens,cache_read_tokens,cache_create_tokens,output_tokens,usd_micros,project,session_id,branch,calls,unpriced_calls,cache_create_1h_tokens}',
    '{id}', 'given', '{"cache_read_tokens":0,"cache_create_tokens":0,"calls":1,"unpriced_calls":0,"cache_create_1h_tokens":0}', 'none', '{}', null,
    null, null, '
      $.id.type() == "string"
      && $.occurred_at.type() == "string"
      && (!exists($.task_id) || $.task_id.type() == "string")
      && $.call_site.type() == "string"
      && $.model.type() == "string"
      && $.input_tokens.type() == "number" && $.input_tokens.floor() == $.input_tokens && $.input_tokens >= 0 && $.input_tokens <= 9007199254740991
      && $.cache_read_tokens.type() == "number" && $.cache_read_tokens.floor() == $.cache_read_tokens && $.cache_read_tokens >= 0 && $.cache_read_tokens <= 9007199254740991
      && $.cache_create_tokens.type() == "number" && $.cache_create_tokens.floor() == $.cache_create_tokens && $.cache_create_tokens >= 0 && $.cache_create_tokens <= 9007199254740991
      && $.output_tokens.type() == "number" && $.output_tokens.floor() == $.output_tokens && $.output_tokens >= 0 && $.output_tokens <= 9007199254740991
      && $.usd_micros.type() == "number" && $.usd_micros.floor() == $.usd_micros && $.usd_micros >= 0 && $.usd_micros <= 9007199254740991
      && (!exists($.project) || $.project.type() == "string")
      && (!exists($.session_id) || $.session_id.type() == "string")
      && (!exists($.branch) || $.branch.type() == "string")
      && $.calls.type() == "number" && $.calls.floor() == $.calls && $.calls >= 0 && $.calls <= 9007199254740991
      && $.unpriced_calls.type() == "number" && $.unpriced_calls.floor() == $.unpriced_calls && $.unpriced_calls >= 0 && $.unpriced_calls <= 9007199254740991
      && $.cache_create_1h_tokens.type() == "number" && $.cache_create_1h_tokens.floor() == $.cache_create_1h_tokens && $.cache_create_1h_tokens >= 0 && $.cache_create_1h_tokens <= 9007199254740991')
on conflict (store) do update set
  columns = excluded.columns, key = excluded.key, key_from = excluded.key_from, defaults = excluded.defaults, changes = excluded.changes,
  fill = excluded.fill, state = excluded.state, ways = excluded.ways, trail = excluded.trail, checks = excluded.checks;

insert into ai_sync_private.agent_kinds (kind, store, op) values
  ('spend.added', 'spend', 'add')
on conflict (kind) do update set store = excluded.store, op = excluded.op;

create or replace view ai_sync.agent_spend with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'id' as id,
    cells ->> 'occurred_at' as occurred_at,
    cells ->> 'task_id' as task_id,
    cells ->> 'call_site' as call_site,
    cells ->> 'model' as model,
    (cells ->> 'input_tokens')::numeric::bigint as input_tokens,
    (cells ->> 'cache_read_tokens')::numeric::bigint as cache_read_tokens,
    (cells ->> 'cache_create_tokens')::numeric::bigint as cache_create_tokens,
    (cells ->> 'output_tokens')::numeric::bigint as output_tokens,
    (cells ->> 'usd_micros')::numeric::bigint as usd_micros,
    project,
    cells ->> 'session_id' as session_id,
    cells ->> 'branch' as branch,
    (cells ->> 'calls')::numeric::bigint as calls,
    (cells ->> 'unpriced_calls')::numeric::bigint as unpriced_calls,
    (cells ->> 'cache_create_1h_tokens')::numeric::bigint as cache_create_1h_tokens
  from ai_sync.agent_rows where store = 'spend' and cells is not null;

select ai_sync_private.finish_store('20261129000911', 'spend');
