-- Requests the paths in a file in turn; each wrk thread starts at a different line.
-- wrk -s paths.lua ADDRESS -- FILE [fresh]
--
-- fresh: gives each request a different Accept header, so that none is answered from a prepared answer.

local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(args)
    paths = {}
    for line in io.lines(args[1]) do
        paths[#paths + 1] = line
    end
    at = number * 7919
    fresh = args[2] == "fresh"
end

function request()
    at = at + 1
    local headers = nil
    if fresh then
        headers = { Accept = "application/json;n=" .. at }
    end
    return wrk.format("GET", paths[at % #paths + 1], headers)
end
