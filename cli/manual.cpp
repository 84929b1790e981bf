#include "cli/commands.hpp"
#include "cli/manual_page.hpp"

#include <iostream>

namespace standings {

void add_manual(command_tree& to) {
  to.add({"man", "print the manual page",
          "standings man > /usr/local/share/man/man1/standings.1\n"
          "standings man | man -l -",
          "0  printed\n2  wrong usage"},
         shared_flags::none(), [&to](const invocation&) {
           std::cout << manual_page(describe(to.root()), STANDINGS_VERSION);
           return 0;
         });
}

} // namespace standings
