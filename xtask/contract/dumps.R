# Reads every CSV of a dump with R and compares counts and types with datapackage.json. Arguments: FOLDER, then for each
# table, separated by colons, its name, its rows and its numeric columns.
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
for (table in strsplit(arguments[-1], ":", fixed = TRUE)) {
  frame <- read.csv(file.path(folder, paste0(table[1], ".csv")), encoding = "UTF-8", na.strings = "")
  stopifnot(nrow(frame) == as.integer(table[2]))
  numbers <- if (length(table) > 2) strsplit(table[3], ",", fixed = TRUE)[[1]] else character()
  for (column in numbers) {
    stopifnot(column %in% names(frame), is.numeric(frame[[column]]) || all(is.na(frame[[column]])))
  }
}
cat(sprintf("R %d tables\n", length(arguments) - 1))
