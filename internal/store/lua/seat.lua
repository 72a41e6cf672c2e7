-- seat: a seat in a support group, the await of a step.
-- KEYS 1 era
-- ARGV 2 case  3 key of the document  4 idempotency token or ''  5 turn before this one  6 group  7 who index or ''
--      8 sealed number  9 language  10 '1' if texts may be sent  11 '1' if reminders were agreed to  12 wording of that
-- Result: {await, seated|listed|full|gone} | {replay, document} | {stale, turn, state} | {moved, state} | {gone}
-- Invariants: never above capacity; the wait-list is in the order of coming; one person has one place in a group; the
--   same turn gets the same word and takes nothing twice; whoever has no number has no way to get the link, and no seat.
local id = ARGV[2]
local kept = given(P .. 'doc:' .. ARGV[3], ARGV[4] ~= '' and P .. 'idem:' .. ARGV[4])
if kept then return {'replay', kept} end
local c = read(id)
if not c then return {'gone'} end
if c.turn ~= tonumber(ARGV[5]) then return {'stale', c.turn, c.state} end
if c.state ~= 'triage' and c.state ~= 'waiting' and c.state ~= 'promised' then return {'moved', c.state} end

local who, turn = ARGV[7], ARGV[5] .. ':' .. ARGV[6]
if c.seat_turn == turn then return {'await', c.seat_word} end
local function answer(word)
  set(c, 'seat_turn', turn, 'seat_word', word)
  return {'await', word}
end
local g = group(ARGV[6])
if not g or g.state ~= 'on' or g.at <= now or who == '' then return answer('gone') end
local sk = gsk(g.id, who)
local has = call('HGET', sk, 'state')
if has == 'seated' or has == 'listed' then return answer(has) end
local free = seats(g) > 0
if not free and call('ZCARD', gwait(g.id)) >= g.waits then return answer('full') end
call('HSET', sk, 'number', ARGV[8], 'lang', ARGV[9], 'texts', ARGV[10], 'remind', ARGV[11], 'consent', ARGV[12], 'case', id, 'at', int(now))
ending(g, sk)
if free then place(g, who, gin(g.id), 'seated') else place(g, who, gwait(g.id), 'listed') end
local word = free and 'seated' or 'listed'
tell(g, who, word)
emit('case', c, word)
return answer(word)
