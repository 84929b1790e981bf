#include "cli/completion_scripts.hpp"

#include <algorithm>

namespace standings {

namespace {

using names = std::vector<std::string>;

std::string joined(const names& parts, const char* between = " ") {
  std::string out;
  for (const auto& part : parts)
    out += (out.empty() ? "" : between) + part;
  return out;
}

/// The text in single quotes for a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text)
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  return out + "'";
}

/// What zsh shows beside a word; a colon separates the two.
std::string described_word(const std::string& word, const std::string& what) {
  std::string out;
  for (const char c : word)
    out += c == ':' ? std::string{"\\:"} : std::string{c};
  return quoted(out + ":" + what);
}

names words_of(const described_command& command) {
  names out;
  for (const auto& below : command.commands)
    out.push_back(below.name);
  for (const auto& positional : command.positionals)
    out.insert(out.end(), positional.choices.begin(), positional.choices.end());
  return out;
}

names flags_of(const described_command& command) {
  names out;
  for (const auto& option : command.options)
    for (const auto& name : option.names)
      out.push_back(name);
  return out;
}

/// The line of a `case` that recognises commands: `' serve'|' sync'|'sync run'`.
std::string command_patterns(const described_command& program) {
  names out;
  for (const auto* command : flattened(program))
    for (const auto& below : command->commands)
      out.push_back(quoted(command->path + " " + below.name));
  return joined(out, "|");
}

/// All options with a kind of value, without repetition: `--config|--ca-file`.
std::string flags_with(const described_command& program, value_kind kind) {
  names out;
  for (const auto* command : flattened(program))
    for (const auto& option : command->options)
      if (option.kind == kind)
        for (const auto& name : option.names)
          if (std::find(out.begin(), out.end(), name) == out.end())
            out.push_back(name);
  return joined(out, "|");
}

/// The lines of a `case` over `path:flag` for options with choices.
std::string choice_cases(const described_command& program, const std::string& before,
                         const std::string& after) {
  std::string out;
  for (const auto* command : flattened(program))
    for (const auto& option : command->options)
      if (option.kind == value_kind::choice)
        for (const auto& name : option.names)
          out += "    " + quoted(command->path + ":" + name) + ") " + before
                 + joined(option.choices) + after + " return;;\n";
  return out;
}

/// Finds the command among the words before the current one, and skips the values of flags.
std::string path_finder(const described_command& program, const char* first) {
  return std::string{"  for ((i = "} + first
         + "; i < at; i++)); do\n"
           "    word=${words[i]}\n"
           "    case \"$path $word\" in\n      "
         + command_patterns(program)
         + ")\n"
           "        path=\"${path:+$path }$word\";;\n"
           "    esac\n"
           "  done\n";
}

} // namespace

std::string bash_completion(const described_command& program, const names& settings) {
  std::string out = "# bash completion for standings; made by `standings completions bash`\n"
                    "_standings() {\n"
                    "  local path='' word i at=$COMP_CWORD\n"
                    "  local words=(\"${COMP_WORDS[@]}\")\n"
                    "  local cur=${words[at]} prev=${words[at - 1]}\n"
                    "  COMPREPLY=()\n"
                    "  if [[ $cur == '=' ]]; then cur=''; fi\n"
                    "  if [[ $prev == '=' ]]; then prev=${words[at - 2]}; fi\n";
  out += path_finder(program, "1");
  out += "  case \"$path:$prev\" in\n";
  out += choice_cases(program, "mapfile -t COMPREPLY < <(compgen -W '", "' -- \"$cur\");");
  out += "  esac\n  case $prev in\n";
  const auto reply = [](const std::string& flags, const std::string& how) {
    return flags.empty() ? "" : "    " + flags + ") " + how + " return;;\n";
  };
  out += reply(flags_with(program, value_kind::file),
               "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\");");
  out += reply(flags_with(program, value_kind::directory),
               "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\");");
  out += reply(flags_with(program, value_kind::setting),
               "compopt -o nospace; mapfile -t COMPREPLY < <(compgen -S = -W "
                   + quoted(joined(settings)) + " -- \"$cur\");");
  out += reply(flags_with(program, value_kind::any), "");
  out += "  esac\n  local flags='' commands=''\n  case $path in\n";
  for (const auto* command : flattened(program))
    out += "    " + quoted(command->path) + ") flags=" + quoted(joined(flags_of(*command)))
           + " commands=" + quoted(joined(words_of(*command))) + ";;\n";
  out += "  esac\n"
         "  if [[ $cur == -* ]]; then commands=$flags; fi\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$cur\")\n"
         "}\n"
         "complete -F _standings standings\n";
  return out;
}

std::string zsh_completion(const described_command& program, const names& settings) {
  std::string out = "#compdef standings\n"
                    "# zsh completion for standings; made by `standings completions zsh`\n"
                    "_standings() {\n"
                    "  local path_of_command='' word i at=$CURRENT\n"
                    "  local cur=${words[CURRENT]} prev=${words[CURRENT-1]}\n"
                    "  local -a flags commands\n";
  auto finder = path_finder(program, "2");
  for (std::size_t at = 0; (at = finder.find("path", at)) != std::string::npos; at += 15)
    finder.replace(at, 4, "path_of_command"); // `path` is the search path of zsh
  out += finder;
  out += "  case \"$path_of_command:$prev\" in\n";
  out += choice_cases(program, "compadd -- ", ";");
  out += "  esac\n  case $prev in\n";
  const auto reply = [](const std::string& flags, const std::string& how) {
    return flags.empty() ? "" : "    " + flags + ") " + how + " return;;\n";
  };
  out += reply(flags_with(program, value_kind::file), "_files;");
  out += reply(flags_with(program, value_kind::directory), "_files -/;");
  out +=
      reply(flags_with(program, value_kind::setting), "compadd -S = -- " + joined(settings) + ";");
  out += reply(flags_with(program, value_kind::any), "");
  out += "  esac\n  case $path_of_command in\n";
  for (const auto* command : flattened(program)) {
    out += "    " + quoted(command->path) + ")\n      flags=(\n";
    for (const auto& option : command->options)
      for (const auto& name : option.names)
        out += "        " + described_word(name, option.what) + "\n";
    out += "      )\n      commands=(\n";
    for (const auto& below : command->commands)
      out += "        " + described_word(below.name, below.what) + "\n";
    for (const auto& positional : command->positionals)
      for (const auto& choice : positional.choices)
        out += "        " + described_word(choice, positional.names.front()) + "\n";
    out += "      );;\n";
  }
  out += "  esac\n"
         "  if [[ $cur == -* ]]; then\n"
         "    _describe -o 'flag' flags\n"
         "  else\n"
         "    _describe 'command' commands\n"
         "  fi\n"
         "}\n"
         // as a file of fpath it is loaded by the first completion, and has to complete it, too
         "if [[ ${funcstack[1]} == _standings ]]; then\n"
         "  _standings \"$@\"\n"
         "else\n"
         "  compdef _standings standings\n"
         "fi\n";
  return out;
}

} // namespace standings
