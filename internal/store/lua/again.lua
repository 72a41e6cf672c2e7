-- again: whoever was cut off, and calls again within a quarter of an hour.

-- the line is over before the contact was. by: the counselor who talked with them, '' for nobody yet. Who has talked comes
-- back to the head of the band.
local function cut(c, by)
  if (c.who or '') == '' or (c.enq or '') == '' then return end
  local k = P .. 'cut:' .. c.who
  call('DEL', k)
  call('HSET', k, 'enq', int(tonumber(c.enq)), 'band', math.max(tonumber(c.band), 1), 'risk', c.risk or '0', 'by', by, 'head', by ~= '' and '1' or '')
  call('PEXPIRE', k, 900000)
end

-- the contact is over for good: who calls again is a new caller, of the same counselor if that one is free
local function settled(c)
  local k = P .. 'cut:' .. (c.who or '')
  if (c.owner or '') ~= '' and call('HGET', k, 'by') == c.owner then call('HDEL', k, 'enq', 'band', 'risk', 'head') end
end

-- they are back: place, band and risk are as before, and for `held` ms the counselor of before comes first, but danger
-- waits for nobody
local function again(c, held)
  local k = P .. 'cut:' .. c.who
  local f = call('HMGET', k, 'enq', 'band', 'risk', 'by', 'head')
  if not f[1] and not f[4] then return end
  call('DEL', k)
  if f[1] then
    set(c, 'enq', f[1])
    c.enq = tonumber(f[1])
    if tonumber(f[2]) < c.band then
      c.band = tonumber(f[2])
      set(c, 'band', c.band)
    end
    if tonumber(f[3]) > tonumber(c.risk or '0') then set(c, 'risk', f[3]) end
    if f[5] == '1' then set(c, 'head', '1') end
  end
  if (f[4] or '') ~= '' and held > 0 and c.band > 0 then
    set(c, 'ret', f[4], 'ret_till', int(now + held))
    call('HSET', P .. 'co:' .. f[4], 'ret', c.id)
  end
end
