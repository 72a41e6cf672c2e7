-- turn: the usual step of the script, with no move, no band, no page, no text: only document, session and turn. It is
-- most of what a line does, so it stands alone, without what the scripts share.
-- KEYS 1 era
-- ARGV 2 case  3 key of the document (leg:turn, leg:name)  4 idempotency token or ''  5 turn before this one
--      6 document  7 its lifetime ms  8 session  9.. pairs for the case
-- Result: {ok, state} | {replay, document} | {stale, turn, state} | {gone}
-- Invariants: those of `commit` for such a turn.
local case, dk = P .. 'case:' .. ARGV[2], P .. 'doc:' .. ARGV[3]
local tk = ARGV[4] ~= '' and P .. 'idem:' .. ARGV[4]
local kept = call('GET', dk)
if not kept and tk then
  local at = call('GET', tk) -- a name of its own: the Lua of the demo's store gets reuse wrong
  kept = at and call('GET', at)
end
if kept then return {'replay', kept} end
local was = call('HMGET', case, 'turn', 'state')
if not was[2] then return {'gone'} end
if was[1] ~= ARGV[5] then return {'stale', tonumber(was[1]), was[2]} end
call('HSET', case, 'turn', ARGV[5] + 1, unpack(ARGV, 9))
call('SET', P .. 'ses:' .. ARGV[2], ARGV[8], 'KEEPTTL') -- a closed case keeps its end
call('SET', dk, ARGV[6], 'PX', ARGV[7])
if tk then call('SET', tk, dk, 'PX', ARGV[7]) end
return {'ok', was[2]}
