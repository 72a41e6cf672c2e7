-- promise: what the scripts about callbacks share, put after `case`. A promise lies in its case: cb is '1' while it lives,
-- cb_at when it was given; cb_num the sealed number to call, where it is another one (sealed for case cb_num_of), cb_who
-- its blind index; cb_call cb_msg cb_name cb_win what was agreed on; cb_by the time that was told, cb_alert what was made
-- of it; cb_from, till the hours that are on or come next, next the next attempt; attempts, cb_last. pr:<who> names the
-- one live promise of a person.
local KEEP = {'cb', 'cb_at', 'cb_num', 'cb_num_of', 'cb_who', 'cb_call', 'cb_msg', 'cb_name', 'cb_win', 'cb_by', 'cb_from', 'till', 'next', 'attempts', 'cb_last', 'cb_alert'}

local function whose(c)
  local all = {}
  if (c.who or '') ~= '' then all[#all + 1] = c.who end
  if (c.cb_who or '') ~= '' and c.cb_who ~= c.who then all[#all + 1] = c.cb_who end
  return all
end

local function tries(c) return tonumber(c.attempts or '') or 0 end

-- the jobs of a promise: its hours end, the told time comes near
local function plan(c, warn)
  if (c.till or '') ~= '' then job('hours:' .. c.id, tonumber(c.till), 'hours', c) end
  if (c.cb_by or '') ~= '' and (c.cb_alert or '') == '' then
    job('told:' .. c.id, math.max(tonumber(c.cb_by) - warn, now), 'told', c)
  end
end

local function keep(c, warn)
  for _, who in ipairs(whose(c)) do call('SET', P .. 'pr:' .. who, c.id, 'PX', 604800000) end
  plan(c, warn)
end

-- an attempt to call came to nothing. a is what Go worked out: '1' if none is left, the next attempt, its hours from and
-- till, how long before the told time somebody looks, how many duties, and each as in commit. false: it was the last one,
-- and the case is closed with what is owed
local function failed(c, code, a, retain)
  set(c, 'attempts', tries(c) + 1, 'cb_last', code, 'next', a[2])
  if c.cb == '1' or (c.till or '') ~= '' then set(c, 'cb_from', a[3], 'till', a[4]) end
  if a[1] ~= '1' then return true end
  for i = 7, 6 + 8 * tonumber(a[6]), 8 do owe(c, c.who or '', unpack(a, i, i + 7)) end
  c.owner = ''
  close(c, retain, 'no_contact')
  set(c, 'disp', 'no_contact')
  emit('alert', c, 'no-contact')
  return false
end

-- an older promise of the same person goes on in this case, with its place, its band and what was agreed on; what was
-- agreed on last counts: newer says that it is the other one's. Nothing of it is said. One with an open record stays:
-- somebody is being called to it
local function succeed(c, retain, newer)
  for _, who in ipairs(whose(c)) do
    local at = call('GET', P .. 'pr:' .. who)
    local o = at and at ~= c.id and read(at)
    if o and o.state == 'promised' and not ((o.em_open or '') ~= '' and (o.em_closed or '') == '') then
      if (c.enq or '') == '' or tonumber(o.enq) < tonumber(c.enq) then set(c, 'enq', o.enq) end
      if o.band < c.band then c.band = o.band set(c, 'band', o.band) end
      if tonumber(o.risk or '0') > tonumber(c.risk or '0') then set(c, 'risk', o.risk) end
      if o.head == '1' then set(c, 'head', '1') end
      if (o.answers or '') ~= '' then set(c, 'earlier', o.answers, 'earlier_of', o.id)
      elseif (o.earlier or '') ~= '' then set(c, 'earlier', o.earlier, 'earlier_of', o.earlier_of) end
      if (o.cb or '') == '1' then
        local tried = tries(o) > tries(c) and o or c
        local n, how, at_next = tries(tried), tried.cb_last or '', tried.next or ''
        if c.cb ~= '1' or newer then
          for _, k in ipairs(KEEP) do set(c, k, o[k] or '') end
          set(c, 'dial', '1', 'cb_num_of', (o.cb_num_of or '') ~= '' and o.cb_num_of or o.id)
        end
        if n > 0 then set(c, 'attempts', n, 'cb_last', how, 'next', at_next) end
      end
      set(c, 'after', o.id)
      close(o, retain, 'continued')
    end
  end
end
