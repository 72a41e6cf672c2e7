-- guests: who else is asked into a talk; put behind `case` in every script that has it. The n-th lies in fields g<n>_*
-- of its case: kind, who, by, leg, state, why, and the time of each step; gn counts them.
local ON = {asked = 1, dialled = 1, answered = 1, coming = 1, ['in'] = 1}

local function gf(n, field) return 'g' .. int(n) .. '_' .. field end
local function g(c, n, field) return c[gf(n, field)] or '' end
local function gset(c, n, ...)
  local kv = {...}
  for i = 1, #kv, 2 do kv[i] = gf(n, kv[i]) end
  set(c, unpack(kv))
end
local function gcount(c) return tonumber(c.gn or '0') or 0 end
local function on(c, n) return ON[g(c, n, 'state')] == 1 end

-- the open guest on a leg
local function guestOn(c, leg)
  for n = 1, gcount(c) do if on(c, n) and g(c, n, 'leg') == leg and leg ~= '' then return n end end
end

-- somebody who is heard is in the room, beside the owner
local function company(c)
  if (c.in_o or '') ~= '' then return true end
  for n = 1, gcount(c) do if g(c, n, 'state') == 'in' and g(c, n, 'kind') ~= 'listen' then return true end end
  return false
end

-- the patient holds: the owner said so, or is away with nobody else there
local function parked(c) return (c.hold or '') ~= '' or (c.away or '') ~= '' and not company(c) end

-- leads the patient out of the room, or back, where that has changed
local function lead(c, was)
  local is = parked(c)
  if is == was or (c.leg or '') == '' or c.state ~= 'live' then return end
  local own = c.id .. ':' .. c.epoch
  if is then
    set(c, 'outs', int((tonumber(c.outs or '') or 0) + 1))
    drop('join:' .. own)
    job('park:' .. own, now, 'park', c)
  else
    drop('park:' .. own)
    job('join:' .. own, now, 'join', c)
  end
end

-- 988 is in the room with the patient; sure: and a person has said that they talk, or nobody is left who could
local function lifeline(c, sure)
  if (c.leg or '') == '' then return nil end
  for n = 1, gcount(c) do
    if g(c, n, 'kind') == '988' and g(c, n, 'state') == 'in' and (not sure or g(c, n, 'confirmed') ~= '' or g(c, n, 'keep') ~= '') then return n end
  end
end

-- words that one leg in the room hears, and nobody else
local function tell(c, leg, what)
  if (leg or '') ~= '' then job('tell:' .. leg .. ':' .. what, now, 'tell', c, 'leg', leg, 'words', what) end
end

local function unbusy(c, who)
  if who == '' or who == c.owner then return end
  local co = P .. 'co:' .. who
  if call('HGET', co, 'call') == c.id then call('HSET', co, 'call', '') end
end

-- a guest is over; say: why its leg hears so, '' where it hears nothing
local function off(c, n, why, say)
  local leg, who = g(c, n, 'leg'), g(c, n, 'who')
  gset(c, n, 'state', 'over', 'why', why, 'left', int(now))
  drop('guest:' .. c.id .. ':' .. int(n))
  drop('late:' .. c.id .. ':' .. int(n))
  if leg ~= '' and say ~= '' then job('hang:' .. leg, now, 'hang', c, 'leg', leg, 'why', say) end
  unbusy(c, who)
end

-- all guests are over, but 988 that talks with a patient who is there
part = function(c, why)
  local stays = lifeline(c, true)
  for n = 1, gcount(c) do if on(c, n) and n ~= stays then off(c, n, why, why) end end
end
