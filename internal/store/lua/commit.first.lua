-- commit, the usual turn: no move, no band, no page, no text; only document, session and turn. It comes before
-- the functions that it does not need. Same arguments, results and invariants as commit.
if ARGV[6] ~= '-1' and ARGV[7] ~= '' and ARGV[10] .. ARGV[11] .. ARGV[13] .. ARGV[15] .. ARGV[19] == '' then
  local usual = true
  for i = 22, #ARGV, 2 do usual = usual and ARGV[i] ~= 'enq' and ARGV[i] ~= 'risk' end
  if usual then
    local case, dk, tk = P .. 'case:' .. ARGV[2], P .. 'doc:' .. ARGV[4], P .. 'idem:' .. ARGV[5]
    local found = call('MGET', dk, tk) -- not reused for the outcome: the Lua of the demo's store gets that wrong
    local kept = found[1] or (ARGV[5] ~= '' and found[2] and call('GET', found[2]))
    if kept then return {'replay', kept} end
    local was = call('HMGET', case, 'turn', 'state')
    if not was[2] then return {'gone'} end
    if was[1] ~= ARGV[6] then return {'stale', tonumber(was[1]), was[2]} end
    call('HSET', case, 'turn', ARGV[6] + 1, unpack(ARGV, 22))
    call('SET', P .. 'ses:' .. ARGV[2], ARGV[9])
    call('SET', dk, ARGV[7], 'PX', ARGV[8])
    if ARGV[5] ~= '' then call('SET', tk, dk, 'PX', ARGV[8]) end
    return {'ok', was[2]}
  end
end
