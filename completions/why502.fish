# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_why502_global_optspecs
    string join \n upstream= upstream-path= upstream-host= sequential dry-run X/request= H/header= A/user-agent= b/cookie= u/user= d/data= data-raw= data-binary= json= I/head 0/http1.0 http1.1 http2 http2-prior-knowledge k/insecure cacert= E/cert= key= resolve= connect-to= 4/ipv4 6/ipv6 x/proxy= U/proxy-user= proxy-header= connect-timeout= m/max-time= format= color= o/output= v/verbose s/silent show-secrets strict record= replay= h/help V/version
end

function __fish_why502_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_why502_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_why502_using_subcommand
    set -l cmd (__fish_why502_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c why502 -n "__fish_why502_needs_command" -l upstream -d 'An upstream behind the gateway, to be asked the same directly (repeatable)' -r -f
complete -c why502 -n "__fish_why502_needs_command" -l upstream-path -d 'Path and query of the direct requests, `/` included' -r
complete -c why502 -n "__fish_why502_needs_command" -l upstream-host -d 'Host of the direct requests, and the server name in TLS [default: the gateway\'s Host; the upstream\'s own name in TLS]' -r
complete -c why502 -n "__fish_why502_needs_command" -s X -l request -d 'Request method [default: GET, or POST with data]' -r
complete -c why502 -n "__fish_why502_needs_command" -s H -l header -d 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)' -r
complete -c why502 -n "__fish_why502_needs_command" -s A -l user-agent -d 'User-Agent; an empty one sends none [default: why502/VERSION]' -r
complete -c why502 -n "__fish_why502_needs_command" -s b -l cookie -d 'Cookies, as `name=value; name2=value2`' -r
complete -c why502 -n "__fish_why502_needs_command" -s u -l user -d 'Credentials for basic authentication' -r
complete -c why502 -n "__fish_why502_needs_command" -s d -l data -d 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`' -r
complete -c why502 -n "__fish_why502_needs_command" -l data-raw -d 'The same, but @ means nothing special' -r
complete -c why502 -n "__fish_why502_needs_command" -l data-binary -d 'The same as --data, but @FILE is sent as it is, line ends and all' -r
complete -c why502 -n "__fish_why502_needs_command" -l json -d 'JSON to POST (or @FILE), with the Content-Type and Accept that belong to it' -r
complete -c why502 -n "__fish_why502_needs_command" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s' -r -F
complete -c why502 -n "__fish_why502_needs_command" -s E -l cert -d 'Client certificate, PEM; the key may stand in the same file' -r -F
complete -c why502 -n "__fish_why502_needs_command" -l key -d 'Private key of the client certificate, PEM' -r -F
complete -c why502 -n "__fish_why502_needs_command" -l resolve -d 'Use these addresses for a host and port (repeatable)' -r
complete -c why502 -n "__fish_why502_needs_command" -l connect-to -d 'Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)' -r
complete -c why502 -n "__fish_why502_needs_command" -s x -l proxy -d 'Go through this forward proxy; the direct route is the same request without it' -r -f
complete -c why502 -n "__fish_why502_needs_command" -s U -l proxy-user -d 'Credentials for the proxy, for basic authentication' -r
complete -c why502 -n "__fish_why502_needs_command" -l proxy-header -d 'A header for the proxy alone (repeatable)' -r
complete -c why502 -n "__fish_why502_needs_command" -l connect-timeout -d 'Limit for one TCP connect, and for one TLS handshake; decimals are fine [default: 10]' -r
complete -c why502 -n "__fish_why502_needs_command" -s m -l max-time -d 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]' -r
complete -c why502 -n "__fish_why502_needs_command" -l format -d 'For people, or for programs' -r -f -a "text\t'For a terminal, a pipe or a mail'
json\t'One JSON document; `why502 schema` describes it'"
complete -c why502 -n "__fish_why502_needs_command" -l color -d 'Colour; auto means on a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c why502 -n "__fish_why502_needs_command" -s o -l output -d 'Write the report there instead of to the standard output' -r -F
complete -c why502 -n "__fish_why502_needs_command" -l record -d 'Save what was seen, without secrets, to be diagnosed again with --replay' -r -F
complete -c why502 -n "__fish_why502_needs_command" -l replay -d 'Diagnose what --record saved (or - for the standard input), offline' -r -F
complete -c why502 -n "__fish_why502_needs_command" -l sequential -d 'One probe after the other rather than all at once'
complete -c why502 -n "__fish_why502_needs_command" -l dry-run -d 'Show whom it would ask and the exact bytes it would send, and send nothing'
complete -c why502 -n "__fish_why502_needs_command" -s I -l head -d 'Ask with HEAD: no body is expected'
complete -c why502 -n "__fish_why502_needs_command" -s 0 -l http1.0 -d 'Ask in HTTP/1.0'
complete -c why502 -n "__fish_why502_needs_command" -l http1.1 -d 'Ask in HTTP/1.1; this is the default'
complete -c why502 -n "__fish_why502_needs_command" -l http2 -d 'Ask in HTTP/2: negotiated over TLS, with prior knowledge in plain http'
complete -c why502 -n "__fish_why502_needs_command" -l http2-prior-knowledge -d 'The same, under curl\'s other name'
complete -c why502 -n "__fish_why502_needs_command" -s k -l insecure -d 'Take any certificate'
complete -c why502 -n "__fish_why502_needs_command" -s 4 -l ipv4 -d 'Use IPv4 addresses only'
complete -c why502 -n "__fish_why502_needs_command" -s 6 -l ipv6 -d 'Use IPv6 addresses only'
complete -c why502 -n "__fish_why502_needs_command" -s v -l verbose -d 'Show everything that was seen, not only what matters'
complete -c why502 -n "__fish_why502_needs_command" -s s -l silent -d 'No progress display'
complete -c why502 -n "__fish_why502_needs_command" -l show-secrets -d 'Do not mask credentials, cookies and API keys'
complete -c why502 -n "__fish_why502_needs_command" -l strict -d 'Let warnings count as faults in the exit status'
complete -c why502 -n "__fish_why502_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why502 -n "__fish_why502_needs_command" -s V -l version -d 'Print version'
complete -c why502 -n "__fish_why502_needs_command" -a "read" -d 'Read a response that somebody saved, and show what is wrong with it'
complete -c why502 -n "__fish_why502_needs_command" -a "lint" -d 'Ask an upstream alone, and foretell which gateways would answer 502 in front of it'
complete -c why502 -n "__fish_why502_needs_command" -a "demo" -d 'The main job with nothing to set up: a lab upstream behind a lab gateway'
complete -c why502 -n "__fish_why502_needs_command" -a "lab" -d 'An upstream that misbehaves on purpose, to try your own gateway on'
complete -c why502 -n "__fish_why502_needs_command" -a "conform" -d 'What your own gateway makes of every fault: a table, judged by the RFCs'
complete -c why502 -n "__fish_why502_needs_command" -a "explain" -d 'One page on one cause or one gateway, or the list of them'
complete -c why502 -n "__fish_why502_needs_command" -a "schema" -d 'Print the JSON Schema of the report that --format json makes'
complete -c why502 -n "__fish_why502_needs_command" -a "completions" -d 'Print the completions for a shell'
complete -c why502 -n "__fish_why502_needs_command" -a "man" -d 'Print the manual page'
complete -c why502 -n "__fish_why502_needs_command" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c why502 -n "__fish_why502_using_subcommand read" -l method -d 'The method of the request that was answered: a HEAD has no body' -r
complete -c why502 -n "__fish_why502_using_subcommand read" -l ends -d 'How the stream ended after the last byte' -r -f -a "fin\t'Closed in order'
rst\t'Reset'
open\t'Not at all: more could have come'"
complete -c why502 -n "__fish_why502_using_subcommand read" -l format -d 'For people, or for programs' -r -f -a "text\t'For a terminal, a pipe or a mail'
json\t'One JSON document; `why502 schema` describes it'"
complete -c why502 -n "__fish_why502_using_subcommand read" -l color -d 'Colour; auto means on a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c why502 -n "__fish_why502_using_subcommand read" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why502 -n "__fish_why502_using_subcommand lint" -l raw -d 'Read a response that somebody saved instead (or - for the standard input)' -r -F
complete -c why502 -n "__fish_why502_using_subcommand lint" -l method -d 'With --raw, the method of the request that was answered: a HEAD has no body' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l ends -d 'With --raw, how the stream ended after the last byte' -r -f -a "fin\t'Closed in order'
rst\t'Reset'
open\t'Not at all: more could have come'"
complete -c why502 -n "__fish_why502_using_subcommand lint" -l for -d 'The gateways that count, by name, with commas [default: all that were measured]' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l idle -d 'Leave a connection idle for so long, to see when the upstream closes it [default: 0, read Keep-Alive alone]' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -s X -l request -d 'Request method [default: GET, or POST with data]' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -s H -l header -d 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -s A -l user-agent -d 'User-Agent; an empty one sends none [default: why502/VERSION]' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -s b -l cookie -d 'Cookies, as `name=value; name2=value2`' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -s u -l user -d 'Credentials for basic authentication' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -s d -l data -d 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l data-raw -d 'The same, but @ means nothing special' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l data-binary -d 'The same as --data, but @FILE is sent as it is, line ends and all' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l json -d 'JSON to POST (or @FILE), with the Content-Type and Accept that belong to it' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s' -r -F
complete -c why502 -n "__fish_why502_using_subcommand lint" -s E -l cert -d 'Client certificate, PEM; the key may stand in the same file' -r -F
complete -c why502 -n "__fish_why502_using_subcommand lint" -l key -d 'Private key of the client certificate, PEM' -r -F
complete -c why502 -n "__fish_why502_using_subcommand lint" -l resolve -d 'Use these addresses for a host and port (repeatable)' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l connect-to -d 'Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -s x -l proxy -d 'Go through this forward proxy; the direct route is the same request without it' -r -f
complete -c why502 -n "__fish_why502_using_subcommand lint" -s U -l proxy-user -d 'Credentials for the proxy, for basic authentication' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l proxy-header -d 'A header for the proxy alone (repeatable)' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l connect-timeout -d 'Limit for one TCP connect, and for one TLS handshake; decimals are fine [default: 10]' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -s m -l max-time -d 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]' -r
complete -c why502 -n "__fish_why502_using_subcommand lint" -l format -d 'For people, or for programs' -r -f -a "text\t'For a terminal, a pipe or a mail'
json\t'One JSON document; `why502 schema` describes it'"
complete -c why502 -n "__fish_why502_using_subcommand lint" -l color -d 'Colour; auto means on a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c why502 -n "__fish_why502_using_subcommand lint" -s o -l output -d 'Write the report there instead of to the standard output' -r -F
complete -c why502 -n "__fish_why502_using_subcommand lint" -s I -l head -d 'Ask with HEAD: no body is expected'
complete -c why502 -n "__fish_why502_using_subcommand lint" -s 0 -l http1.0 -d 'Ask in HTTP/1.0'
complete -c why502 -n "__fish_why502_using_subcommand lint" -l http1.1 -d 'Ask in HTTP/1.1; this is the default'
complete -c why502 -n "__fish_why502_using_subcommand lint" -l http2 -d 'Ask in HTTP/2: negotiated over TLS, with prior knowledge in plain http'
complete -c why502 -n "__fish_why502_using_subcommand lint" -l http2-prior-knowledge -d 'The same, under curl\'s other name'
complete -c why502 -n "__fish_why502_using_subcommand lint" -s k -l insecure -d 'Take any certificate'
complete -c why502 -n "__fish_why502_using_subcommand lint" -s 4 -l ipv4 -d 'Use IPv4 addresses only'
complete -c why502 -n "__fish_why502_using_subcommand lint" -s 6 -l ipv6 -d 'Use IPv6 addresses only'
complete -c why502 -n "__fish_why502_using_subcommand lint" -s v -l verbose -d 'Show everything that was seen, not only what matters'
complete -c why502 -n "__fish_why502_using_subcommand lint" -s s -l silent -d 'No progress display'
complete -c why502 -n "__fish_why502_using_subcommand lint" -l show-secrets -d 'Do not mask credentials, cookies and API keys'
complete -c why502 -n "__fish_why502_using_subcommand lint" -l strict -d 'Let warnings count as faults in the exit status'
complete -c why502 -n "__fish_why502_using_subcommand lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why502 -n "__fish_why502_using_subcommand demo" -l gateway -d 'Put a real gateway in front, if it is installed [default: one that answers as RFC 9209 says]' -r -f -a "nginx\t'nginx'
haproxy\t'HAProxy'"
complete -c why502 -n "__fish_why502_using_subcommand demo" -l format -d 'For people, or for programs' -r -f -a "text\t'For a terminal, a pipe or a mail'
json\t'One JSON document; `why502 schema` describes it'"
complete -c why502 -n "__fish_why502_using_subcommand demo" -l color -d 'Colour; auto means on a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c why502 -n "__fish_why502_using_subcommand demo" -l all -d 'Show every fault'
complete -c why502 -n "__fish_why502_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why502 -n "__fish_why502_using_subcommand lab" -l listen -d 'Where to listen: ADDRESS:PORT, or a port of 127.0.0.1' -r
complete -c why502 -n "__fish_why502_using_subcommand lab" -l fault -d 'Serve this fault alone, whatever the path' -r
complete -c why502 -n "__fish_why502_using_subcommand lab" -l list -d 'Name the faults, and leave'
complete -c why502 -n "__fish_why502_using_subcommand lab" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why502 -n "__fish_why502_using_subcommand conform" -l lab -d 'Where the lab listens, so that the gateway can reach it: ADDRESS:PORT, or a port of 127.0.0.1' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -l how -d 'Show how to point common gateways, or this one, at the lab, and leave' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -l only -d 'Try these faults alone; `why502 lab --list` names them' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -s m -l max-time -d 'Limit for one request; who is silent for longer is said to hang [default: 10]' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -l format -d 'For people, for programs, or for an issue or a wiki' -r -f -a "text\t'For a terminal, a pipe or a mail'
json\t'One JSON document'
markdown\t'For an issue or a wiki'"
complete -c why502 -n "__fish_why502_using_subcommand conform" -l color -d 'Colour; auto means on a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c why502 -n "__fish_why502_using_subcommand conform" -s o -l output -d 'Write the table there instead of to the standard output' -r -F
complete -c why502 -n "__fish_why502_using_subcommand conform" -s H -l header -d 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -s A -l user-agent -d 'User-Agent; an empty one sends none [default: why502/VERSION]' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -s b -l cookie -d 'Cookies, as `name=value; name2=value2`' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -s u -l user -d 'Credentials for basic authentication' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -l cacert -d 'Trust the certificates in this PEM file instead of the system\'s' -r -F
complete -c why502 -n "__fish_why502_using_subcommand conform" -s E -l cert -d 'Client certificate, PEM; the key may stand in the same file' -r -F
complete -c why502 -n "__fish_why502_using_subcommand conform" -l key -d 'Private key of the client certificate, PEM' -r -F
complete -c why502 -n "__fish_why502_using_subcommand conform" -l resolve -d 'Use these addresses for a host and port (repeatable)' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -l connect-to -d 'Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)' -r
complete -c why502 -n "__fish_why502_using_subcommand conform" -s s -l silent -d 'No progress display'
complete -c why502 -n "__fish_why502_using_subcommand conform" -l strict -d 'Let everything that does not conform count in the exit status'
complete -c why502 -n "__fish_why502_using_subcommand conform" -s k -l insecure -d 'Take any certificate'
complete -c why502 -n "__fish_why502_using_subcommand conform" -s 4 -l ipv4 -d 'Use IPv4 addresses only'
complete -c why502 -n "__fish_why502_using_subcommand conform" -s 6 -l ipv6 -d 'Use IPv6 addresses only'
complete -c why502 -n "__fish_why502_using_subcommand conform" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why502 -n "__fish_why502_using_subcommand explain" -l format -d 'For people, or for programs' -r -f -a "text\t'For a terminal, a pipe or a mail'
json\t'One JSON document; `why502 schema` describes it'"
complete -c why502 -n "__fish_why502_using_subcommand explain" -l color -d 'Colour; auto means on a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c why502 -n "__fish_why502_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why502 -n "__fish_why502_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why502 -n "__fish_why502_using_subcommand completions" -s h -l help -d 'Print help'
complete -c why502 -n "__fish_why502_using_subcommand man" -s h -l help -d 'Print help'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "read" -d 'Read a response that somebody saved, and show what is wrong with it'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "lint" -d 'Ask an upstream alone, and foretell which gateways would answer 502 in front of it'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "demo" -d 'The main job with nothing to set up: a lab upstream behind a lab gateway'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "lab" -d 'An upstream that misbehaves on purpose, to try your own gateway on'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "conform" -d 'What your own gateway makes of every fault: a table, judged by the RFCs'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "explain" -d 'One page on one cause or one gateway, or the list of them'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "schema" -d 'Print the JSON Schema of the report that --format json makes'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "completions" -d 'Print the completions for a shell'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "man" -d 'Print the manual page'
complete -c why502 -n "__fish_why502_using_subcommand help; and not __fish_seen_subcommand_from read lint demo lab conform explain schema completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
