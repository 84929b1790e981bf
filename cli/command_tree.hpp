#pragma once

#include "cli/invocation.hpp"
#include "cli/options.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <map>
#include <string>

namespace standings {

/// The description of a command, for its help and the manual page.
struct command_text {
  std::string name;
  std::string what;
  std::string examples{};   ///< one per line, without indentation
  std::string exit_codes{}; ///< one per line; empty: those of most commands
};

/// All commands, and what is chosen on a command line.
class command_tree {
public:
  using run_fn = std::function<int(const invocation&)>;

  command_tree();
  command_tree(const command_tree&) = delete;
  command_tree& operator=(const command_tree&) = delete;
  ~command_tree() = default;

  /// A group of commands.
  CLI::App& add_group(const std::string& name, const std::string& what);

  /// A command that takes some of the shared flags. Its own flags are added to the result.
  CLI::App& add(const command_text& text, shared_flags takes, run_fn run);
  CLI::App& add_to(CLI::App& group, const command_text& text, shared_flags takes, run_fn run);

  [[nodiscard]] const CLI::App& root() const { return root_; }

  /// Parses the command line and runs the command; returns the exit code of the process.
  int run(int argc, char** argv);

private:
  struct command {
    shared_flags takes;
    run_fn run;
  };

  [[nodiscard]] std::string misplaced_flag(const CLI::App& chosen) const;
  int run_chosen(const CLI::App& chosen);

  CLI::App root_;
  common_options common_;
  std::map<const CLI::App*, command> commands_;
};

} // namespace standings
