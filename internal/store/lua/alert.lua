-- alert: something about the line itself that a supervisor must look at, or its end.
-- KEYS 1 era
-- ARGV 2 kind  3 text, '' to dismiss it  4 the time ms of the one that was seen, '' for whichever
-- Result: {ok} | {not-found} | {stale}
-- Invariants: one of a kind, the last one; what came since somebody looked is not dismissed.
local h, kind = P .. 'alerts', ARGV[2]
if ARGV[3] ~= '' then
  call('HSET', h, kind, int(now) .. ' ' .. ARGV[3])
  emit('alert', {}, kind)
  return {'ok'}
end
local is = call('HGET', h, kind)
if not is then return {'not-found'} end
if ARGV[4] ~= '' and string.match(is, '^%d+') ~= ARGV[4] then return {'stale'} end
call('HDEL', h, kind)
emit('alert', {}, 'alert-over')
return {'ok'}
