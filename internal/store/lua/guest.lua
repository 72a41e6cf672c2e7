-- guest: one step of a guest of a talk.
-- KEYS 1 era
-- ARGV 2 case  3 n  4 step  5 leg or ''  6 by, '' for the line itself  7 why it is over  8 why its leg is told so, '' where it hears nothing
-- Result: {ok} | {again} (has been done) | {stale} (over, another leg, or not from here) | {not-found}
-- Invariants: one leg a guest, the first that was dialled or picked up; a guest that is over stays so; when 988 leaves, a
--   patient whom it was the last one with goes to the head of the line, or hears the goodbye; a step is noted once.
local c = read(ARGV[2])
if not c then return {'not-found'} end
local n, step, leg = tonumber(ARGV[3]), ARGV[4], ARGV[5]
if not n or n < 1 or n > gcount(c) then return {'not-found'} end
local kind, st, had = g(c, n, 'kind'), g(c, n, 'state'), g(c, n, 'leg')
if step == 'over' and st == 'over' then return {'again'} end
if not on(c, n) then return {'stale'} end
if leg ~= '' and had ~= '' and had ~= leg then return {'stale'} end
if leg ~= '' and had == '' then
  gset(c, n, 'leg', leg)
  bind(leg, c)
end
local function once(field)
  if g(c, n, field) ~= '' then return false end
  gset(c, n, field, int(now))
  return true
end
local function up(to) -- a late word undoes no later one
  local order = {asked = 1, dialled = 2, answered = 3, coming = 4, ['in'] = 5}
  if order[to] > order[g(c, n, 'state')] then gset(c, n, 'state', to) end
end
local fresh = true
if step == 'leg' then
  fresh = once('dialled')
  up('dialled')
elseif step == 'answer' then
  once('dialled')
  fresh = once('answered')
  up('answered')
elseif step == 'accept' then
  if c.state ~= 'live' then return {'stale'} end
  once('dialled')
  once('answered')
  fresh = once('accepted')
  up('coming')
elseif step == 'confirm' then
  if kind ~= '988' or st ~= 'in' then return {'stale'} end
  fresh = once('confirmed')
  if fresh then gset(c, n, 'conf_by', ARGV[6]) end
elseif step == 'heard' then
  if kind ~= 'listen' then return {'again'} end
  gset(c, n, 'kind', 'join')
  if st == 'in' then
    tell(c, c.cleg, 'join')
    job('unmute:' .. g(c, n, 'leg'), now, 'unmute', c, 'leg', g(c, n, 'leg'))
  end
elseif step == 'out' then
  local was = parked(c)
  if st == 'in' then gset(c, n, 'state', 'coming') end
  lead(c, was)
elseif step == 'over' then
  local was, joined = parked(c), g(c, n, 'joined') ~= ''
  off(c, n, ARGV[7], ARGV[8])
  if c.state == 'live' then
    lead(c, was)
    if ARGV[6] == '' and kind ~= 'stays' and kind ~= 'listen' and kind ~= 'join' then tell(c, c.cleg, joined and 'gone' or 'noshow') end
  elseif kind == '988' and joined and (c.leg or '') ~= '' then -- the patient would be alone
    if c.state == 'wrap_up' and can('wrap_up', 'waiting') then
      free(c)
      requeue(c, 'waiting', true)
      job('back:' .. c.id .. ':' .. c.epoch, now, 'back', c)
    elseif c.state == 'closed' then
      job('bye:' .. c.id .. ':' .. c.epoch, now, 'bye', c)
    end
  end
end
if fresh then emit(c.state == 'waiting' and 'queue' or 'case', c, 'guest-' .. step, ARGV[6]) end
return {fresh and 'ok' or 'again'}
