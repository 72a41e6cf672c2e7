-- keep: the document of a staff leg, the first one wins.
-- KEYS 1 era
-- ARGV 2 key (leg:turn)  3 idempotency token or ''  4 document  5 lifetime ms
-- Result: {ok, document}
-- Invariants: the same key or token gives the same bytes.
local kept = call('GET', P .. 'doc:' .. ARGV[2]) or (ARGV[3] ~= '' and call('GET', P .. 'idem:' .. ARGV[3]))
if kept then return {'ok', kept} end
call('SET', P .. 'doc:' .. ARGV[2], ARGV[4], 'PX', ARGV[5])
if ARGV[3] ~= '' then call('SET', P .. 'idem:' .. ARGV[3], ARGV[4], 'PX', ARGV[5]) end
return {'ok', ARGV[4]}
