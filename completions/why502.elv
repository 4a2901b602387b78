
use builtin;
use str;

set edit:completion:arg-completer[why502] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'why502'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'why502'= {
            cand --upstream 'An upstream behind the gateway, to be asked the same directly (repeatable)'
            cand --upstream-path 'Path and query of the direct requests, `/` included'
            cand --upstream-host 'Host of the direct requests, and the server name in TLS [default: the gateway''s Host; the upstream''s own name in TLS]'
            cand -X 'Request method [default: GET, or POST with data]'
            cand --request 'Request method [default: GET, or POST with data]'
            cand -H 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)'
            cand --header 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)'
            cand -A 'User-Agent; an empty one sends none [default: why502/VERSION]'
            cand --user-agent 'User-Agent; an empty one sends none [default: why502/VERSION]'
            cand -b 'Cookies, as `name=value; name2=value2`'
            cand --cookie 'Cookies, as `name=value; name2=value2`'
            cand -u 'Credentials for basic authentication'
            cand --user 'Credentials for basic authentication'
            cand -d 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`'
            cand --data 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`'
            cand --data-raw 'The same, but @ means nothing special'
            cand --data-binary 'The same as --data, but @FILE is sent as it is, line ends and all'
            cand --json 'JSON to POST (or @FILE), with the Content-Type and Accept that belong to it'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s'
            cand -E 'Client certificate, PEM; the key may stand in the same file'
            cand --cert 'Client certificate, PEM; the key may stand in the same file'
            cand --key 'Private key of the client certificate, PEM'
            cand --resolve 'Use these addresses for a host and port (repeatable)'
            cand --connect-to 'Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)'
            cand -x 'Go through this forward proxy; the direct route is the same request without it'
            cand --proxy 'Go through this forward proxy; the direct route is the same request without it'
            cand -U 'Credentials for the proxy, for basic authentication'
            cand --proxy-user 'Credentials for the proxy, for basic authentication'
            cand --proxy-header 'A header for the proxy alone (repeatable)'
            cand --connect-timeout 'Limit for one TCP connect, and for one TLS handshake; decimals are fine [default: 10]'
            cand -m 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]'
            cand --max-time 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]'
            cand --format 'For people, or for programs'
            cand --color 'Colour; auto means on a terminal'
            cand -o 'Write the report there instead of to the standard output'
            cand --output 'Write the report there instead of to the standard output'
            cand --record 'Save what was seen, without secrets, to be diagnosed again with --replay'
            cand --replay 'Diagnose what --record saved (or - for the standard input), offline'
            cand --sequential 'One probe after the other rather than all at once'
            cand --dry-run 'Show whom it would ask and the exact bytes it would send, and send nothing'
            cand -I 'Ask with HEAD: no body is expected'
            cand --head 'Ask with HEAD: no body is expected'
            cand -0 'Ask in HTTP/1.0'
            cand --http1.0 'Ask in HTTP/1.0'
            cand --http1.1 'Ask in HTTP/1.1; this is the default'
            cand --http2 'Ask in HTTP/2: negotiated over TLS, with prior knowledge in plain http'
            cand --http2-prior-knowledge 'The same, under curl''s other name'
            cand -k 'Take any certificate'
            cand --insecure 'Take any certificate'
            cand -4 'Use IPv4 addresses only'
            cand --ipv4 'Use IPv4 addresses only'
            cand -6 'Use IPv6 addresses only'
            cand --ipv6 'Use IPv6 addresses only'
            cand -v 'Show everything that was seen, not only what matters'
            cand --verbose 'Show everything that was seen, not only what matters'
            cand -s 'No progress display'
            cand --silent 'No progress display'
            cand --show-secrets 'Do not mask credentials, cookies and API keys'
            cand --strict 'Let warnings count as faults in the exit status'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand read 'Read a response that somebody saved, and show what is wrong with it'
            cand lint 'Ask an upstream alone, and foretell which gateways would answer 502 in front of it'
            cand demo 'The main job with nothing to set up: a lab upstream behind a lab gateway'
            cand lab 'An upstream that misbehaves on purpose, to try your own gateway on'
            cand conform 'What your own gateway makes of every fault: a table, judged by the RFCs'
            cand explain 'One page on one cause or one gateway, or the list of them'
            cand schema 'Print the JSON Schema of the report that --format json makes'
            cand completions 'Print the completions for a shell'
            cand man 'Print the manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'why502;read'= {
            cand --method 'The method of the request that was answered: a HEAD has no body'
            cand --ends 'How the stream ended after the last byte'
            cand --format 'For people, or for programs'
            cand --color 'Colour; auto means on a terminal'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'why502;lint'= {
            cand --raw 'Read a response that somebody saved instead (or - for the standard input)'
            cand --method 'With --raw, the method of the request that was answered: a HEAD has no body'
            cand --ends 'With --raw, how the stream ended after the last byte'
            cand --for 'The gateways that count, by name, with commas [default: all that were measured]'
            cand --idle 'Leave a connection idle for so long, to see when the upstream closes it [default: 0, read Keep-Alive alone]'
            cand -X 'Request method [default: GET, or POST with data]'
            cand --request 'Request method [default: GET, or POST with data]'
            cand -H 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)'
            cand --header 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)'
            cand -A 'User-Agent; an empty one sends none [default: why502/VERSION]'
            cand --user-agent 'User-Agent; an empty one sends none [default: why502/VERSION]'
            cand -b 'Cookies, as `name=value; name2=value2`'
            cand --cookie 'Cookies, as `name=value; name2=value2`'
            cand -u 'Credentials for basic authentication'
            cand --user 'Credentials for basic authentication'
            cand -d 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`'
            cand --data 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`'
            cand --data-raw 'The same, but @ means nothing special'
            cand --data-binary 'The same as --data, but @FILE is sent as it is, line ends and all'
            cand --json 'JSON to POST (or @FILE), with the Content-Type and Accept that belong to it'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s'
            cand -E 'Client certificate, PEM; the key may stand in the same file'
            cand --cert 'Client certificate, PEM; the key may stand in the same file'
            cand --key 'Private key of the client certificate, PEM'
            cand --resolve 'Use these addresses for a host and port (repeatable)'
            cand --connect-to 'Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)'
            cand -x 'Go through this forward proxy; the direct route is the same request without it'
            cand --proxy 'Go through this forward proxy; the direct route is the same request without it'
            cand -U 'Credentials for the proxy, for basic authentication'
            cand --proxy-user 'Credentials for the proxy, for basic authentication'
            cand --proxy-header 'A header for the proxy alone (repeatable)'
            cand --connect-timeout 'Limit for one TCP connect, and for one TLS handshake; decimals are fine [default: 10]'
            cand -m 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]'
            cand --max-time 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]'
            cand --format 'For people, or for programs'
            cand --color 'Colour; auto means on a terminal'
            cand -o 'Write the report there instead of to the standard output'
            cand --output 'Write the report there instead of to the standard output'
            cand -I 'Ask with HEAD: no body is expected'
            cand --head 'Ask with HEAD: no body is expected'
            cand -0 'Ask in HTTP/1.0'
            cand --http1.0 'Ask in HTTP/1.0'
            cand --http1.1 'Ask in HTTP/1.1; this is the default'
            cand --http2 'Ask in HTTP/2: negotiated over TLS, with prior knowledge in plain http'
            cand --http2-prior-knowledge 'The same, under curl''s other name'
            cand -k 'Take any certificate'
            cand --insecure 'Take any certificate'
            cand -4 'Use IPv4 addresses only'
            cand --ipv4 'Use IPv4 addresses only'
            cand -6 'Use IPv6 addresses only'
            cand --ipv6 'Use IPv6 addresses only'
            cand -v 'Show everything that was seen, not only what matters'
            cand --verbose 'Show everything that was seen, not only what matters'
            cand -s 'No progress display'
            cand --silent 'No progress display'
            cand --show-secrets 'Do not mask credentials, cookies and API keys'
            cand --strict 'Let warnings count as faults in the exit status'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'why502;demo'= {
            cand --gateway 'Put a real gateway in front, if it is installed [default: one that answers as RFC 9209 says]'
            cand --format 'For people, or for programs'
            cand --color 'Colour; auto means on a terminal'
            cand --all 'Show every fault'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'why502;lab'= {
            cand --listen 'Where to listen: ADDRESS:PORT, or a port of 127.0.0.1'
            cand --fault 'Serve this fault alone, whatever the path'
            cand --list 'Name the faults, and leave'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'why502;conform'= {
            cand --lab 'Where the lab listens, so that the gateway can reach it: ADDRESS:PORT, or a port of 127.0.0.1'
            cand --how 'Show how to point common gateways, or this one, at the lab, and leave'
            cand --only 'Try these faults alone; `why502 lab --list` names them'
            cand -m 'Limit for one request; who is silent for longer is said to hang [default: 10]'
            cand --max-time 'Limit for one request; who is silent for longer is said to hang [default: 10]'
            cand --format 'For people, for programs, or for an issue or a wiki'
            cand --color 'Colour; auto means on a terminal'
            cand -o 'Write the table there instead of to the standard output'
            cand --output 'Write the table there instead of to the standard output'
            cand -H 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)'
            cand --header 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)'
            cand -A 'User-Agent; an empty one sends none [default: why502/VERSION]'
            cand --user-agent 'User-Agent; an empty one sends none [default: why502/VERSION]'
            cand -b 'Cookies, as `name=value; name2=value2`'
            cand --cookie 'Cookies, as `name=value; name2=value2`'
            cand -u 'Credentials for basic authentication'
            cand --user 'Credentials for basic authentication'
            cand --cacert 'Trust the certificates in this PEM file instead of the system''s'
            cand -E 'Client certificate, PEM; the key may stand in the same file'
            cand --cert 'Client certificate, PEM; the key may stand in the same file'
            cand --key 'Private key of the client certificate, PEM'
            cand --resolve 'Use these addresses for a host and port (repeatable)'
            cand --connect-to 'Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)'
            cand -s 'No progress display'
            cand --silent 'No progress display'
            cand --strict 'Let everything that does not conform count in the exit status'
            cand -k 'Take any certificate'
            cand --insecure 'Take any certificate'
            cand -4 'Use IPv4 addresses only'
            cand --ipv4 'Use IPv4 addresses only'
            cand -6 'Use IPv6 addresses only'
            cand --ipv6 'Use IPv6 addresses only'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'why502;explain'= {
            cand --format 'For people, or for programs'
            cand --color 'Colour; auto means on a terminal'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'why502;schema'= {
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'why502;completions'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'why502;man'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'why502;help'= {
            cand read 'Read a response that somebody saved, and show what is wrong with it'
            cand lint 'Ask an upstream alone, and foretell which gateways would answer 502 in front of it'
            cand demo 'The main job with nothing to set up: a lab upstream behind a lab gateway'
            cand lab 'An upstream that misbehaves on purpose, to try your own gateway on'
            cand conform 'What your own gateway makes of every fault: a table, judged by the RFCs'
            cand explain 'One page on one cause or one gateway, or the list of them'
            cand schema 'Print the JSON Schema of the report that --format json makes'
            cand completions 'Print the completions for a shell'
            cand man 'Print the manual page'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'why502;help;read'= {
        }
        &'why502;help;lint'= {
        }
        &'why502;help;demo'= {
        }
        &'why502;help;lab'= {
        }
        &'why502;help;conform'= {
        }
        &'why502;help;explain'= {
        }
        &'why502;help;schema'= {
        }
        &'why502;help;completions'= {
        }
        &'why502;help;man'= {
        }
        &'why502;help;help'= {
        }
    ]
    $completions[$command]
}
