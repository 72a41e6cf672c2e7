-- keep: the document of a staff leg, the first one wins.
-- KEYS 1 era
-- ARGV 2 key (leg:turn)  3 idempotency token or ''  4 document  5 lifetime ms
-- Result: {ok, document}
-- Invariants: the same key or token gives the same bytes.
local dk, tk = P .. 'doc:' .. ARGV[2], ARGV[3] ~= '' and P .. 'idem:' .. ARGV[3]
local kept = given(dk, tk)
if kept then return {'ok', kept} end
call('SET', dk, ARGV[4], 'PX', ARGV[5])
if tk then call('SET', tk, dk, 'PX', ARGV[5]) end
return {'ok', ARGV[4]}
