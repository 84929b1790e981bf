#include "cli/admin_token.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "config/token_check.hpp"
#include "core/base/hex.hpp"
#include "http/server/auth.hpp"

#include <iostream>
#include <memory>

namespace standings {

namespace {

namespace json = boost::json;

std::string sha256_of(const std::string& token) {
  std::string out;
  for (const auto byte : digest_of(token))
    append_hex(out, byte);
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words)
    out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

/// The entry is all that goes to standard output, so that it can be appended to `tokens_file`.
void print_entry(const token_config& of) {
  std::cout << "- { name: \"" << of.name << "\", sha256: \"" << of.sha256 << "\", ";
  if (!of.tenant.empty())
    std::cout << "tenant: \"" << of.tenant << "\", ";
  std::cout << "may: [" << joined(of.may) << "] }" << std::endl;
}

json::object entry_json(const token_config& of) {
  json::object out{
      {"name", of.name}, {"sha256", of.sha256}, {"may", json::array(of.may.begin(), of.may.end())}};
  if (!of.tenant.empty())
    out["tenant"] = of.tenant;
  return out;
}

int run_token_new(const invocation& with, token_config wanted) {
  const auto token = new_token();
  wanted.sha256 = sha256_of(token);
  auto all = with.settings.tokens;
  all.push_back(wanted);
  for (const auto& problem : check_tokens(all))
    return unusable(with, "configuration", problem);
  if (with.json) {
    print_json(json::object{{"token", token}, {"entry", entry_json(wanted)}});
    return exit_done;
  }
  print_entry(wanted);
  std::cerr
      << "The token, which is shown only this once: " << token
      << "\nIts entry belongs under tokens: in the configuration, or in tokens_file; a running "
         "service reads both again on SIGHUP.\n";
  return exit_done;
}

} // namespace

void add_token(command_tree& to) {
  auto& group = to.add_group("token", "tokens of clients");
  const auto wanted = std::make_shared<token_config>();
  auto& command =
      to.add_to(group,
                {"new", "make a token: its entry to standard output, itself to standard error",
                 "standings token new game-server --may write >> tokens.yaml\n"
                 "standings token new grafana --may inspect"},
                shared_flags::of_stores(),
                [wanted](const invocation& with) { return run_token_new(with, *wanted); });
  command.add_option("NAME", wanted->name, "of whoever gets it, for the log")->required();
  command.add_option("--may", wanted->may, "what it may do; may be given again")
      ->required()
      ->delimiter(',')
      ->check(CLI::IsMember({"read", "inspect", "write", "admin"}));
  command.add_option("--tenant", wanted->tenant, "whose boards it is for");
}

} // namespace standings
