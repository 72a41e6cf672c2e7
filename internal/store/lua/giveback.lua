-- giveback: the case goes back into the queue: released, not answered, lease over, a line lost, a transfer.
-- KEYS 1 era
-- ARGV 2 case  3 epoch  4 states it may be in, comma list  5 'head' or ''  6 'missed' or ''  7 exclusion ms (0 none)
--      8 code for the event, and behind a colon who is to get the case at once  9 counselor who must be the owner, or ''  10 band or ''  11 'attempt' to count a dial-back  12 retention ms
--      13 words for the patient's leg: '' | 'back'  14 token key or ''
--      15 '1' if no attempt is left  16 next attempt  17 its hours from  18 till or ''  19 warn ms
--      20 how many duties, 21.. for each: as in commit (what is owed where no attempt is left)
-- Result: {ok, state} | {stale, state} | {not-yours} | {not-found}
-- Invariants: wrong epoch changes nothing; the first enqueue time stays; the epoch grows; the counselor is free and stays on shift;
--   the last attempt that fails leaves what is owed behind, in the same step.
local code, heir = string.match(ARGV[8], '^([^:]*):?(.*)$')
ARGV[8] = code
local id = ARGV[2]
local c = read(id)
if not c then return {'not-found'} end
local tk = ARGV[14] ~= '' and P .. 'tok:' .. ARGV[14]
if tk and call('GET', tk) then return {'ok', c.state} end
if ARGV[9] ~= '' and c.owner ~= ARGV[9] then return {'not-yours'} end
if ARGV[3] ~= '' and c.epoch ~= tonumber(ARGV[3]) then return {'stale', c.state} end
if not string.find(',' .. ARGV[4] .. ',', ',' .. c.state .. ',', 1, true) then return {'stale', c.state} end
if lifeline(c) then return {'stale', c.state} end -- they are with 988
local here = c.state == 'connecting' and (c.leg or '') ~= '' -- the patient is on the line
local lost = here and ARGV[11] == 'attempt' -- or was, after pressing 1
local back = c.dial == '1' and ((c.leg or '') == '' or lost)
local tape = back and (c.tape or '') ~= '' -- a message waits as it did
local to = (c.from == 'promised' or back) and not tape and (lost or not here) and c.state ~= 'live' and c.state ~= 'wrap_up' and 'promised' or 'waiting'
if (c.owner or '') == '' or not can(c.state, to) then return {'stale', c.state} end
if lost then set(c, 'leg', '') end
local owner, was, cleg, conf = c.owner, c.state, c.cleg or '', c.conf or ''
if ARGV[8] == 'transfer' and c.channel == 'voice' and (c.in_p or '') == '' and was == 'wrap_up' then set(c, 'dial', '1') end
free(c, ARGV[6] == 'missed')
if tonumber(ARGV[7]) > 0 and owner ~= '' then
  call('ZADD', P .. 'ex:' .. owner, 'GT', now + ARGV[7], id)
  call('PEXPIRE', P .. 'ex:' .. owner, 86400000)
end
if ARGV[10] ~= '' then c.band = tonumber(ARGV[10]) end
local by_itself = {key = 1, ['no-answer'] = 1, ['line-lost'] = 1}
if cleg ~= '' and not by_itself[ARGV[8]] then job('hang:' .. cleg, now, 'hang', c, 'leg', cleg, 'why', ARGV[8]) end
local dialleg = c.dialleg or ''
if dialleg ~= '' and (c.leg or '') == '' and string.sub(ARGV[8], 1, 3) ~= 'cb-' then
  job('hang:' .. dialleg, now, 'hang', c, 'leg', dialleg, 'why', 'later')
end
if (to == 'promised' or tape) and ARGV[11] == 'attempt' then
  if not failed(c, ARGV[8], {unpack(ARGV, 15)}, ARGV[12]) then return {'ok', 'closed'} end
end
if to == 'promised' and c.cb == '1' then
  succeed(c, ARGV[12], true)
  keep(c, tonumber(ARGV[19]))
end
set(c, 'passed', ARGV[8] == 'transfer' and '1' or '')
requeue(c, to, ARGV[5] == 'head')
if heir ~= '' then job('give:' .. id .. ':' .. c.epoch, now, 'give', c, 'to', heir) end
if ARGV[13] == 'back' and c.channel == 'voice' and (c.leg or '') ~= '' and (was == 'live' or was == 'connecting') then
  job('back:' .. id .. ':' .. c.epoch, now, 'back', c)
end
if ARGV[13] == 'back' and c.channel == 'sms' then job('lost:' .. id .. ':' .. c.epoch, now, 'lost', c) end
if tk then call('SET', tk, '1', 'PX', 600000) end
emit('queue', c, ARGV[8], owner)
return {'ok', to}
