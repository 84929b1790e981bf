# Our own targets link this; library headers come in as system headers.
add_library(standings_warnings INTERFACE)
target_compile_options(standings_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
