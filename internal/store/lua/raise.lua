-- raise: a person or a safety word makes the case an emergency, or puts it into a more urgent band.
-- KEYS 1 era
-- ARGV 2 case  3 by or '' (the caller)  4 band  5 '1' to open the record and page  6 page again after ms  7 risk or ''  8 token key or ''
-- Result: {ok, state} | {not-found} | {closed}
-- Invariants: upwards only; the record is opened once; indexes are touched only where the case stands in them.
local id = ARGV[2]
local c = read(id)
if not c then return {'not-found'} end
local tk = ARGV[8] ~= '' and P .. 'tok:' .. ARGV[8]
if tk and call('GET', tk) then return {'ok', c.state} end
if c.state == 'closed' then return {'closed'} end
local band = tonumber(ARGV[4])
if band < c.band then
  local placed = c.state == 'waiting' or c.state == 'promised'
  if placed then exit(c) end
  c.band = band
  set(c, 'band', band)
  if placed then enter(c) end
  emit('queue', c, 'raised', ARGV[3])
end
if ARGV[7] ~= '' and tonumber(ARGV[7]) > tonumber(c.risk or '0') then set(c, 'risk', ARGV[7]) end
if ARGV[5] == '1' then alarm(c, ARGV[3], tonumber(ARGV[6])) end
if tk then call('SET', tk, '1', 'PX', 600000) end
return {'ok', c.state}
