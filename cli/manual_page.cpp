#include "cli/manual_page.hpp"

#include <sstream>

namespace standings {

namespace {

/// The text with what roff would read as a request or an escape taken literally.
std::string literal(const std::string& text) {
  std::string out;
  bool line_starts = true;
  for (const char c : text) {
    if (line_starts && (c == '.' || c == '\''))
      out += "\\&";
    line_starts = c == '\n';
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '`')
      out += "\\(ga";
    else if (c == '~')
      out += "\\(ti";
    else if (c == '^')
      out += "\\(ha";
    else if (c != '\n' || !out.empty())
      out += c;
  }
  return out;
}

std::string bold(const std::string& text) {
  return "\\fB" + literal(text) + "\\fR";
}

std::string italic(const std::string& text) {
  return "\\fI" + literal(text) + "\\fR";
}

void add_option(std::string& to, const described_option& option, bool positional) {
  std::string names;
  for (const auto& name : option.names)
    names += (names.empty() ? "" : ", ") + (positional ? italic(name) : bold(name));
  if (!positional && option.kind != value_kind::none)
    names += " " + italic(option.type);
  to += ".TP\n" + names + "\n" + literal(option.what);
  if (!option.choices.empty()) {
    std::string all;
    for (const auto& choice : option.choices)
      all += (all.empty() ? "" : ", ") + choice;
    to += (option.what.empty() ? "" : ": ") + literal(all);
  }
  to += "\n";
}

/// Examples and exit codes, line by line.
void add_footer(std::string& to, const std::string& footer) {
  to += ".PP\n.nf\n";
  std::istringstream lines{footer};
  for (std::string line; std::getline(lines, line);)
    to += line.empty() ? ".sp\n" : literal(line) + "\n";
  to += ".fi\n";
}

void add_command(std::string& to, const described_command& command) {
  std::string synopsis = bold("standings " + command.path) + " [" + italic("OPTIONS") + "]";
  for (const auto& positional : command.positionals)
    synopsis += positional.required ? " " + italic(positional.names.front())
                                    : " [" + italic(positional.names.front()) + "]";
  to +=
      ".SS " + literal(command.path) + "\n" + synopsis + "\n.PP\n" + literal(command.what) + ".\n";
  for (const auto& positional : command.positionals)
    add_option(to, positional, true);
  for (const auto& option : command.options)
    if (option.names.back() != "--help")
      add_option(to, option, false);
  add_footer(to, command.footer);
}

constexpr auto synopsis = ".SH NAME\n"
                          "standings \\- leaderboard service with a fast cache and a durable "
                          "database\n"
                          ".SH SYNOPSIS\n"
                          ".B standings\n"
                          ".I COMMAND\n"
                          "[\\fIOPTIONS\\fR]\n"
                          ".SH DESCRIPTION\n"
                          "Standings keeps leaderboards in a ranked cache and a durable database, "
                          "and both in step.\n"
                          ".B standings serve\n"
                          "runs the service; the other commands check and manage its stores, or "
                          "talk to a running service.\n"
                          "Shared flags may stand before or after the command.\n"
                          "Each option of the configuration can come from a file, the environment "
                          "and flags; flags count most.\n";

constexpr auto rest =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\nDone, or all is well.\n"
    ".TP\n.B 1\nFailed, not all is well, or a service or store cannot be reached.\n"
    ".TP\n.B 2\nWrong usage or configuration.\n"
    ".TP\n.B 3\n\\fBsync run\\fR: deletes are held.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B STANDINGS_URL\nThe service that commands talk to; \\fB\\-\\-url\\fR counts more.\n"
    ".TP\n.B STANDINGS_TOKEN\nThe token for it.\n"
    ".TP\n.B STANDINGS_TOKEN_FILE\nA file that holds the token.\n"
    ".TP\n.B STANDINGS_CA_FILE\nCertificate authorities for an https service.\n"
    ".TP\n.BR STANDINGS_ ...\nAny option of the configuration: http.port is "
    "\\fBSTANDINGS_HTTP_PORT\\fR.\n"
    ".SH FILES\n"
    ".TP\n.I /etc/standings/standings.yaml\nThe configuration of the packaged service.\n"
    ".TP\n.I admin.token\nIn the data directory: the token of the admin routes if none is "
    "configured.\n"
    ".SH SEE ALSO\n"
    ".BR redis-server (1),\n.BR psql (1)\n";

} // namespace

std::string manual_page(const described_command& program, const std::string& version) {
  std::string out =
      ".TH STANDINGS 1 \"\" \"standings " + literal(version) + "\" \"User Commands\"\n";
  out += synopsis;
  out += ".SH OPTIONS\n";
  for (const auto& option : program.options)
    add_option(out, option, false);
  out += ".SH COMMANDS\n";
  for (const auto* command : flattened(program))
    if (command->commands.empty())
      add_command(out, *command);
  return out + rest;
}

} // namespace standings
