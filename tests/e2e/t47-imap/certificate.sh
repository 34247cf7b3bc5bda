# Sourced by the tests of IMAP.
certificate() { # FILE NAME DAYS
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out request -subj "/CN=$2" 2> /dev/null
  printf 'subjectAltName=DNS:%s' "$2" > names
  openssl x509 -req -in request -signkey key -days "$3" -extfile names -out certificate 2> /dev/null
  cat key certificate > "$1"
}
