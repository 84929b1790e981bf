#include "cli/commands.hpp"
#include "cli/completion_scripts.hpp"
#include "config/options.hpp"

#include <iostream>

namespace standings {

namespace {

std::vector<std::string> setting_keys() {
  std::vector<std::string> out;
  for (const auto& o : all_options())
    out.push_back(o.path);
  return out;
}

} // namespace

void add_completions(command_tree& to) {
  const auto shell = std::make_shared<std::string>();
  to.add({"completions", "print a script that completes commands in a shell",
          "standings completions bash > /etc/bash_completion.d/standings\n"
          "standings completions zsh > /usr/local/share/zsh/site-functions/_standings",
          "0  printed\n2  wrong usage"},
         shared_flags::none(),
         [shell, &to](const invocation&) {
           const auto program = describe(to.root());
           std::cout << (*shell == "bash" ? bash_completion(program, setting_keys())
                                          : zsh_completion(program, setting_keys()));
           return 0;
         })
      .add_option("SHELL", *shell, "bash or zsh")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
}

} // namespace standings
