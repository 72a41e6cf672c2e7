-- unseat: somebody leaves the groups that are still to come, or one of them.
-- KEYS 1 era
-- ARGV 2 who index  3 group or ''  4 ms of the next morning
-- Result: {ok, how many were left}
-- Invariants: each seat that becomes free is the first's on the wait-list, told by a text; a repeat leaves nothing more.
local left = 0
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'groups', '(' .. int(now), '+inf')) do
  local g = (ARGV[3] == '' or ARGV[3] == id) and group(id)
  if g and unseat(g, ARGV[2], tonumber(ARGV[4])) then left = left + 1 end
end
return {'ok', left}
