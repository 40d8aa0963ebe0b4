-- Asks the paths of a file in turns, again and again, and says in JSON how it went. Settings are environment variables:
-- PATHS the file; FROM at which path to begin; ENCODING what to accept; PAUSE how many milliseconds to wait between
-- requests, from half to one and a half times that.
local requests, at = {}, tonumber(os.getenv("FROM") or "0")
local pause = tonumber(os.getenv("PAUSE") or "0")

function init()
    local headers = { ["Accept-Encoding"] = os.getenv("ENCODING") or "identity" }
    for path in io.lines(os.getenv("PATHS")) do
        requests[#requests + 1] = wrk.format("GET", path, headers)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

if pause > 0 then
    function delay()
        return pause / 2 + math.random(pause)
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests":%d,"bytes":%d,"micros":%d,"p50":%d,"p99":%d,"failed":%d}\n',
        summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
