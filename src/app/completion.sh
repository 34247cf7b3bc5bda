#!/bin/sh
# Completion for a shell, out of what --help of the built program prints: what is completed is what
# is parsed. Usage: completion.sh PROGRAM bash|zsh|fish
set -eu
unsent=$1
shell=$2

# Lines of fields between tabs:
#   command  NAME  TEXT
#   verb     NAME  VERB
#   option   NAME  OPTION  VALUE  TEXT      VALUE: "" where it takes none
table() {
  "$unsent" --help | sed -n "s/^  \([a-z]*\)  *\(.*\)/command	\1	\2/p"
  for command in $("$unsent" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    "$unsent" "$command" --help | awk -v command="$command" '
      function flush() {
        if (name != "" && name != "--help") print "option\t" command "\t" name "\t" value "\t" text
        name = ""
      }
      /^(unsent|      ) [a-z]+ [a-z]/ && $1 == "unsent" && $2 == command &&
        $3 ~ /^[a-z][a-z|-]*$/ {
        count = split($3, verbs, "|")
        for (i = 1; i <= count; ++i)
          if (!seen[verbs[i]]++) print "verb\t" command "\t" verbs[i]
      }
      /^  (-[a-z] \[ )?--[a-z]/ {
        flush()
        line = $0
        sub(/^  (-[a-z] \[ )?/, "", line)
        sub(/ \]/, "", line)
        name = substr(line, 1, match(line " ", / /) - 1)
        rest = substr(line, length(name) + 1)
        value = ""
        if (rest ~ /^ [^ ]/) { value = rest; sub(/^ /, "", value); sub(/  .*/, "", value) }
        text = rest
        if (value != "") sub(/^ [^ ]+/, "", text)
        gsub(/^ +| +$/, "", text)
        next
      }
      /^      / && name != "" { more = $0; gsub(/^ +| +$/, "", more); text = text " " more; next }
      { flush() }
      END {
        flush()
        print "option\t" command "\t--help\t\tprint a summary of the options"
      }'
  done
}

# A value that is a file or a folder.
is_file='value ~ /^(FILE|FOLDER|MAILBOX|FILE-OR-FOLDER)/'

bash_completion() {
  table | awk -F '\t' '
    $1 == "command" { commands = commands " " $2 }
    $1 == "verb" { words[$2] = words[$2] " " $3 }
    $1 == "option" {
      words[$2] = words[$2] " " $3
      value = $4
      if (value != "") takes[$2] = takes[$2] "|" $3
      if ('"$is_file"') files[$2] = files[$2] "|" $3
    }
    END {
      print "# bash completion for unsent"
      print "_unsent() {"
      print "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} at=1"
      print "  COMPREPLY=()"
      print "  [[ ${COMP_WORDS[1]} == --config ]] && at=3"
      print "  if ((COMP_CWORD == 2 && at == 3)); then COMPREPLY=($(compgen -f -- \"$word\")); return; fi"
      print "  if ((COMP_CWORD == at)); then"
      print "    COMPREPLY=($(compgen -W \"" substr(commands, 2) " --config --help --version\" -- \"$word\"))"
      print "    return"
      print "  fi"
      print "  local words= files= takes="
      print "  case ${COMP_WORDS[at]} in"
      n = split(substr(commands, 2), list, " ")
      for (i = 1; i <= n; ++i) {
        command = list[i]
        print "    " command ") words=\"" substr(words[command], 2) "\""
        print "      files=\"" substr(files[command], 2) "\" takes=\"" substr(takes[command], 2) "\" ;;"
      }
      print "  esac"
      print "  if [[ \"|$files|\" == *\"|$before|\"* ]]; then COMPREPLY=($(compgen -f -- \"$word\")); return; fi"
      print "  if [[ \"|$takes|\" == *\"|$before|\"* ]]; then return; fi"
      print "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))"
      print "  [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- \"$word\"))"
      print "}"
      print "complete -o filenames -F _unsent unsent"
    }'
}

zsh_completion() {
  table | awk -F '\t' '
    function quoted(text) { gsub(/\047/, "\047\\\047\047", text); return text }
    function inert(text) {
      gsub(/\\/, "\\\\", text); gsub(/:/, "\\:", text)
      gsub(/\[/, "\\[", text); gsub(/\]/, "\\]", text)
      return quoted(text)
    }
    $1 == "command" { commands[++count] = $2; summary[$2] = inert($3) }
    $1 == "verb" { verbs[$2] = verbs[$2] " " $3 }
    $1 == "option" {
      value = $4
      spec = "\047*" $3 "[" inert($5) "]"
      if (value != "") spec = spec ":" inert(value) ":" (('"$is_file"') ? "_files" : "")
      specs[$2] = specs[$2] " \\\n        " spec "\047"
    }
    END {
      print "#compdef unsent"
      print "_unsent() {"
      print "  local -a commands"
      print "  commands=("
      for (i = 1; i <= count; ++i) print "    \047" commands[i] ":" summary[commands[i]] "\047"
      print "  )"
      print "  if ((CURRENT == 2)); then"
      print "    _describe command commands"
      print "    _arguments \047--config[read this configuration]:FILE:_files\047 --help --version"
      print "    return"
      print "  fi"
      print "  local command=$words[2]"
      print "  shift words"
      print "  ((CURRENT--))"
      print "  case $command in"
      for (i = 1; i <= count; ++i) {
        command = commands[i]
        print "    " command ")"
        if (verbs[command] != "")
          print "      ((CURRENT == 2)) && compadd --" verbs[command]
        print "      _arguments" specs[command] " \\\n        \047*:file:_files\047"
        print "      ;;"
      }
      print "  esac"
      print "}"
      print "_unsent \"$@\""
    }'
}

fish_completion() {
  table | awk -F '\t' '
    function quoted(text) { gsub(/[\\\047]/, "\\\\&", text); return "\047" text "\047" }
    $1 == "command" {
      print "complete -c unsent -n __fish_use_subcommand -f -a " $2 " -d " quoted($3)
    }
    $1 == "verb" {
      print "complete -c unsent -n \047__fish_seen_subcommand_from " $2 "\047 -a " $3
    }
    $1 == "option" {
      value = $4
      line = "complete -c unsent -n \047__fish_seen_subcommand_from " $2 "\047 -l " substr($3, 3)
      if (value != "") line = line (('"$is_file"') ? " -r -F" : " -x")
      print line " -d " quoted($5)
    }'
}

case $shell in
  bash) bash_completion ;;
  zsh) zsh_completion ;;
  fish) fish_completion ;;
  *) echo "usage: completion.sh PROGRAM bash|zsh|fish" >&2; exit 64 ;;
esac
