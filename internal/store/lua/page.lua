-- page: the next person on call, unless somebody has it.
-- KEYS 1 era
-- ARGV 2 case  3 n of the page that ran out  4 opened ms  5 page again after ms  6 acknowledged but not attended after ms
-- Result: {page, n} | {wait} | {over}
-- Invariants: one ladder a record; acknowledged stops it for as long as it is being attended to; attended stops it.
local c = read(ARGV[2])
if not c or c.em_open ~= ARGV[4] or (c.em_closed or '') ~= '' then return {'over'} end
if (c.em_att or '') ~= '' then return {'over'} end
local n = tonumber(c.em_paged or '1')
if n ~= tonumber(ARGV[3]) then return {'over'} end
local tag = c.id .. ':' .. ARGV[4] .. ':'
local acked = tonumber(c.em_ack_at or '0') or 0
if acked > 0 and now - acked < tonumber(ARGV[6]) then
  job('nextpage:' .. tag .. n, acked + ARGV[6], 'nextpage', c, 'n', n, 'opened', ARGV[4])
  return {'wait'}
end
set(c, 'em_paged', n + 1, 'em_ack', '', 'em_ack_at', '')
if (c.pleg or '') ~= '' then
  if c.pleg ~= c.cleg and c.pleg ~= c.oleg then job('hang:' .. c.pleg, now, 'hang', c, 'leg', c.pleg, 'why', 'passed') end
  set(c, 'pleg', '')
end
for _, how in ipairs({'page', 'pagetext'}) do
  job(how .. ':' .. tag .. (n + 1), now, how, c, 'n', n + 1, 'opened', ARGV[4])
end
job('nextpage:' .. tag .. (n + 1), now + ARGV[5], 'nextpage', c, 'n', n + 1, 'opened', ARGV[4])
emit('alert', c, 'paged')
return {'page', n + 1}
