# Types a line and a tab into an interactive shell, and ends with 0 as soon as what it is completed to shows:
# typed.zsh zsh|fish COMPLETION-SCRIPT LINE EXPECTED
zmodload zsh/zpty
export TERM=xterm HOME=$(mktemp -d)
trap 'rm -rf $HOME' EXIT
case $1 in
zsh)
  zpty shell "zsh -f -i"
  cp $2 $HOME/_trueup
  begin="fpath=($HOME \$fpath); autoload -Uz compinit; compinit -u -d $HOME/dump; echo rea''dy"
  ;;
fish)
  zpty shell "fish --private -i"
  begin="source $2; echo rea''dy"
  ;;
esac
zpty -w shell $begin
zpty -r shell seen '*ready*'
zpty -w -n shell "$3"$'\t'
zpty -r shell seen "*$4*"
zpty -d shell
