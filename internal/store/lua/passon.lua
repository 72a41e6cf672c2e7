-- passon: a person on call does not take the page: the next one at once.
-- KEYS 1 era
-- ARGV 2 case
-- Result: {ok} | {not-open}
-- Invariants: only while nobody has it.
local c = read(ARGV[2])
if not c or (c.em_open or '') == '' or (c.em_closed or '') ~= '' or (c.em_att or '') ~= '' then return {'not-open'} end
if (c.em_ack or '') == '' then
  set(c, 'pleg', '')
  call('ZADD', P .. 'outbox', 'XX', int(now), 'nextpage:' .. c.id .. ':' .. c.em_open .. ':' .. (c.em_paged or '1'))
end
return {'ok'}
