-- A formula goes into print with its words, which a screen reader says.
local function words(tex)
  return tex
    :gsub("\\left", ""):gsub("\\right", "")
    :gsub("\\text(%b{})", function(braced) return braced:sub(2, -2) end)
    :gsub("\\[dt]?frac(%b{})(%b{})", "%1 / %2")
    :gsub("\\begin%b{}", ""):gsub("\\end%b{}", ""):gsub("\\\\", ";"):gsub("&", " ")
    :gsub("\\cdot", "times"):gsub("\\le%f[%A]", "at most"):gsub("\\leftarrow", "becomes")
    :gsub("\\q?quad", " "):gsub("\\top", "T"):gsub("\\(%a+)", "%1"):gsub("\\.", " ")
    :gsub("%^", " to the power of "):gsub("_", " sub ")
    :gsub("{", "("):gsub("}", ")"):gsub("%s+", " ")
end

function Math(formula)
  -- Bars that belong together stand close.
  formula.text = formula.text:gsub("|([^|]+)|", "\\left|%1\\right|")
  local set = pandoc.write(pandoc.Pandoc(pandoc.Plain(formula)), "typst"):gsub("%s+$", "")
  return pandoc.RawInline("typst", '#spoken("' .. words(formula.text) .. '", ' .. set .. ");")
end
