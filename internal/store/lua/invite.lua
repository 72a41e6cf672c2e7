-- invite: somebody is asked into a talk: another counselor, 988, an interpreter, a supervisor.
-- KEYS 1 era
-- ARGV 2 case  3 epoch  4 kind  5 who or ''  6 by  7 token key  8 ms until they must be in the room  9 most guests  10 '1' if who must be available
--      11 blind index of the own phone of who, or ''
-- Result: {ok, n} | {stale} | {again, n} (such a guest is open already) | {not-available} | {at-limit} | {not-qualified} | {not-found}
-- Invariants: only into a talk by phone; one open guest of a kind, but for supervisors one each; whoever is asked to take over is busy from this step on, and
--   may not be busy before; the dial is written in the same step.
local c = read(ARGV[2])
if not c then return {'not-found'} end
local tk = P .. 'tok:' .. ARGV[7]
local first = ARGV[7] ~= '' and call('GET', tk)
if first then return {'ok', first} end
if c.epoch ~= tonumber(ARGV[3]) or c.state ~= 'live' or c.channel ~= 'voice' or (c.leg or '') == '' then return {'stale'} end
local kind, who = ARGV[4], ARGV[5]
if who ~= '' and who == c.owner then return {'stale'} end
for n = 1, gcount(c) do
  local same = g(c, n, 'kind') == kind
  if on(c, n) and (who ~= '' and g(c, n, 'who') == who or same and kind ~= 'listen' and kind ~= 'join') then return {'again', int(n)} end
end
if gcount(c) >= tonumber(ARGV[9]) then return {'at-limit'} end
local co = P .. 'co:' .. who
if who ~= '' then
  local me = call('HMGET', co, 'state', 'call', 'channels')
  if (me[2] or '') ~= '' then return {'at-limit'} end
  if ARGV[10] == '1' and (me[1] ~= 'available' or not string.find(me[3] or 'voice,sms', 'voice', 1, true)) then return {'not-available'} end
  local them = counselor(who, ARGV[11], 0, '')
  local never = tonumber(call('ZSCORE', P .. 'ex:' .. who, c.id) or '0') > 9e14
  if never or conflict(them, c.who) or conflict(them, c.cb_who) or them.own ~= '' and (c.who == them.own or c.cb_who == them.own) then return {'not-qualified'} end
  if me[1] then call('HSET', co, 'call', c.id) end
end
local n = gcount(c) + 1
set(c, 'gn', int(n))
gset(c, n, 'kind', kind, 'who', who, 'by', ARGV[6], 'state', 'asked', 'asked', int(now))
job('guest:' .. c.id .. ':' .. int(n), now, 'guest', c, 'n', int(n))
job('late:' .. c.id .. ':' .. int(n), now + ARGV[8], 'late', c, 'n', int(n))
if ARGV[7] ~= '' then call('SET', tk, int(n), 'PX', 600000) end
emit('case', c, 'guest-asked', ARGV[6])
return {'ok', int(n)}
