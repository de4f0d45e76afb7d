/*
 * template_cases.h - templates and what Jinja 3.1.6 (StrictUndefined, default settings, a `json` filter that writes compact
 * JSON) makes of them with the values of template_data. Computed once with that program, not by hand.
 */
#ifndef FL_TEST_TEMPLATE_CASES_H
#define FL_TEST_TEMPLATE_CASES_H

static const char template_data[] =
    "{\"text\":\"Hello, "
    "World\",\"n\":3,\"x\":2.5,\"neg\":-7,\"big\":12345678901234567890,\"t\":true,\"f\":false,\"nothing\":null,"
    "\"empty\":\"\",\"xs\":[\"a\",\"b\",\"c\"],\"none_xs\":[],\"nums\":[1,2.5,-3],\"mixed\":[1,\"a'b\",null,true,[2],{"
    "\"k\":\"v\"},\"q\\\"'\",\"tab\\tnl\\n\"],\"obj\":{\"a\":{\"b\":[10,{\"c\":\"deep\"}]},\"key with "
    "space\":1,\"z\":\"last\"},\"uni\":\"\xc3\x84\xc3\x96\xc3\xbc \xc3\x9f \xe6\x97\xa5\xe6\x9c\xac "
    "\xc3\xa9\",\"pad\":\"  \\t x y \\n \",\"long\":\"The quick brown fox jumps over the lazy "
    "dog\",\"examples\":[{\"text\":\"one\",\"label\":\"A\"},{\"text\":\"two\",\"label\":\"B\"}],\"html\":\"<b>&\\\"'</"
    "b>\",\"tpl\":\"{{ n }}\",\"s7\":\"7\",\"deepl\":[[1,2],[3,[4,5]]]}";

static const struct template_case {
	const char *text, *want;
} template_cases[] = {
    {"plain text", "plain text"},
    {"{{ text }}", "Hello, World"},
    {"{{text}}{{n}}{{ x }}", "Hello, World32.5"},
    {"a {{ t }} {{ f }} {{ nothing }} b", "a True False None b"},
    {"{{ xs }} {{ nums }} {{ mixed }} {{ obj }} {{ none_xs }}",
     "['a', 'b', 'c'] [1, 2.5, -3] [1, \"a'b\", None, True, [2], {'k': 'v'}, 'q\"\\'', 'tab\\tnl\\n'] {'a': {'b': [10, "
     "{'c': 'deep'}]}, 'key with space': 1, 'z': 'last'} []"},
    {"{{ big }}", "12345678901234567890"},
    {"{{ obj.a.b[0] }} {{ obj['a']['b'][1].c }} {{ obj[\"key with space\"] }} {{ xs[-1] }} {{ text[0] }} {{ text[-1] "
     "}} {{ xs.1 }} {{ obj.a.b.1.c }}",
     "10 deep 1 c H d b deep"},
    {"{{ uni[0] }}{{ uni[7] }}{{ uni[-1] }}", "\xc3\x84\xe6\x9c\xac\xc3\xa9"},
    {"{% for x in xs %}{{ loop.index }}/{{ loop.length }} {{ loop.index0 }} {{ loop.revindex }} {{ loop.revindex0 }} "
     "{{ loop.first }} {{ loop.last }} {{ x }};{% endfor %}{{ x }}",
     "1/3 0 3 2 True False a;2/3 1 2 1 False False b;3/3 2 1 0 False True c;2.5"},
    {"{% for e in examples %}\nText: {{ e.text }}\nLabel: {{ e.label }}\n{% endfor %}\n",
     "\nText: one\nLabel: A\n\nText: two\nLabel: B\n"},
    {"{% for e in none_xs %}x{% else %}nothing here{% endfor %}", "nothing here"},
    {"{% for e in xs %}{% if not loop.first %}, {% endif %}{{ e }}{% endfor %}", "a, b, c"},
    {"{% for a in deepl %}{% for b in a %}{{ loop.index }}:{{ b }} {% endfor %}{{ loop.index }}|{% endfor %}",
     "1:1 2:2 1|1:3 2:[4, 5] 2|"},
    {"{% for k in obj %}{{ k }};{% endfor %}", "a;key with space;z;"},
    {"{% for c in 'h\xc3\xa9y' %}{{ c }}.{% endfor %}", "h.\xc3\xa9.y."},
    {"{% for x in [1, 'two', 3.0, true, none] %}{{ x }} {% endfor %}", "1 two 3.0 True None "},
    {"{% if n == 3 %}three{% elif n == 4 %}four{% else %}other{% endif %}", "three"},
    {"{% if n > 5 %}a{% elif n > 2 %}b{% elif n > 1 %}c{% else %}d{% endif %}", "b"},
    {"{% if n > 5 %}a{% elif n > 4 %}b{% endif %}|", "|"},
    {"{% if xs %}1{% endif %}{% if none_xs %}2{% endif %}{% if empty %}3{% endif %}{% if nothing %}4{% endif %}{% if n "
     "%}5{% endif %}{% if f %}6{% endif %}{% if obj %}7{% endif %}{% if 0 %}8{% endif %}{% if 0.0 %}9{% endif %}",
     "157"},
    {"{{ 1 < 2 < 3 }} {{ 1 < 2 > 3 }} {{ n >= 3 }} {{ n != 3 }} {{ 'a' < 'b' }} {{ 2.5 == x }} {{ 1 == true }} {{ '1' "
     "== 1 }} {{ xs == ['a','b','c'] }} {{ none == nothing }}",
     "True False True False True True True False True True"},
    {"{{ 'a' in xs }} {{ 'd' not in xs }} {{ 'Wor' in text }} {{ 'z' in obj }} {{ 3 in nums }} {{ 1.0 in nums }} {{ "
     "not 'a' in xs }} {{ not n }}",
     "True True True True False True False False"},
    {"{{ n and 'yes' }} {{ empty or 'fallback' }} {{ f or none or 'x' }} {{ t and n and text }} {{ not t or n }} {{ "
     "true and not false }}",
     "yes fallback x Hello, World 3 True"},
    {"{{ 'a' if t else 'b' }} {{ 'a' if f else 'b' }} {{ (1 if f else 2) if t else 3 }} {{ 'a' if f else 'b' if f else "
     "'c' }}",
     "a b 2 c"},
    {"{{ missing | default('d') }} {{ obj.nope | default('e') }} {{ empty | default('f') }}|{{ empty | default('f', "
     "true) }} {{ missing | default }}| {{ nothing | default('g', boolean=true) }} {{ xs[9] | default('h') }} {{ "
     "missing | d(n) }}",
     "d e |f | g h 3"},
    {"{{ missing is defined }} {{ n is defined }} {{ missing is not defined }} {{ obj.q is defined }} {{ nothing is "
     "none }} {{ n is not none }} {{ n is undefined }}",
     "False True True False True True False"},
    {"{{ text | lower }} {{ text | upper }} {{ uni | lower }} {{ n | upper }} {{ t | lower }}",
     "hello, world HELLO, WORLD \xc3\xa4\xc3\xb6\xc3\xbc \xc3\x9f \xe6\x97\xa5\xe6\x9c\xac \xc3\xa9 3 true"},
    {"[{{ pad | trim }}] [{{ '\\u00a0 x\\u2003' | trim }}] [{{ n | trim }}]", "[x y] [x] [3]"},
    {"{{ xs | join(', ') }} {{ xs | join }} {{ nums | join('-') }} {{ 'abc' | join('.') }} {{ mixed | join(' ') }} {{ "
     "obj | join(',') }} {{ xs | join(d='+') }}",
     "a, b, c abc 1-2.5--3 a.b.c 1 a'b None True [2] {'k': 'v'} q\"' tab\tnl\n a,key with space,z a+b+c"},
    {"{{ xs | length }} {{ text | length }} {{ uni | length }} {{ obj | length }} {{ none_xs | count }}",
     "3 12 10 3 0"},
    {"{{ text | replace('o', '0') }} {{ text | replace('l', '', 2) }} {{ 'abc' | replace('', '-') }} {{ n | "
     "replace('3', 'three') }} {{ 'aaa' | replace('aa', 'b') }} {{ 'abc' | replace('', '-', 2) }}",
     "Hell0, W0rld Heo, World -a-b-c- three ba -a-bc"},
    {"{{ long | truncate(20) }}|{{ long | truncate(20, true) }}|{{ long | truncate(20, true, '>>') }}|{{ long | "
     "truncate(40) }}|{{ long | truncate(38) }}|{{ long | truncate(37) }}|{{ long | truncate(length=10, leeway=0) "
     "}}|{{ long | truncate }}|{{ 'abcdefghijkl' | truncate(5, leeway=0) }}|{{ uni | truncate(6, true, '', 0) }}",
     "The quick brown...|The quick brown f...|The quick brown fo>>|The quick brown fox jumps over the lazy dog|The "
     "quick brown fox jumps over the lazy dog|The quick brown fox jumps over...|The...|The quick brown fox jumps over "
     "the lazy dog|ab...|\xc3\x84\xc3\x96\xc3\xbc \xc3\x9f "},
    {"{{ 2.5 | round }} {{ 3.5 | round }} {{ 2.675 | round(2) }} {{ n | round }} {{ x | round(0) }} {{ 1.2345 | "
     "round(3) }} {{ 7.1 | round(method='ceil') }} {{ 7.9 | round(0, 'floor') }} {{ -2.5 | round }} {{ 1e20 | round }} "
     "{{ 1234 | round(2) }} {{ neg | round }} {{ 42.55 | round(1, 'floor') }} {{ 0.1 | round(5) }} {{ 5 | "
     "round(method='ceil') }}",
     "2.0 4.0 2.67 3 2.0 1.234 8.0 7.0 -2.0 1e+20 1234 -7 42.5 0.1 5.0"},
    {"{{ xs | first }} {{ xs | last }} {{ text | first }} {{ text | last }} {{ obj | first }} {{ none_xs | first | "
     "default('none') }} {{ xs[0] | upper | lower }}",
     "a c H d a none a"},
    {"{{ xs | json }} {{ text | json }} {{ nums | json }} {{ t | json }} {{ nothing | json }} {{ obj.a | json }} {{ "
     "'a\"b' | json }} {{ [1, 'x', none] | json }}",
     "[\"a\",\"b\",\"c\"] \"Hello, World\" [1,2.5,-3] true null {\"b\":[10,{\"c\":\"deep\"}]} \"a\\\"b\" "
     "[1,\"x\",null]"},
    {"a{# comment #}b{#- stripped -#} c {# {{ n }} {% if %} #}d", "abc d"},
    {"a {#- x #} b {# y -#} c", "a b c"},
    {"  {{- n -}}  |  {{- n }}  |  {{ n -}}  x", "3|3  |  3x"},
    {"a \n {%- if t -%} \n b \n {%- endif -%} \n c", "abc"},
    {"{% if t %}\n  line\n{% endif %}\nend\n", "\n  line\n\nend"},
    {"one newline at the end\n", "one newline at the end"},
    {"two newlines at the end\n\n", "two newlines at the end\n"},
    {"crlf\r\nline {{ n }}\r\nend\r\n", "crlf\nline 3\nend"},
    {"cr\rline\rend\r", "cr\nline\nend"},
    {"{% raw %}{{ not }} {% this %} {# either #}{% endraw %} after", "{{ not }} {% this %} {# either #} after"},
    {"{%- raw -%}  {{ x }}  {%- endraw -%}  z", "{{ x }}z"},
    {"{ {{ n }} } {} {{ '{' }}{{ '}}' }}{% if '%}' %}ok{% endif %} }} %} #}", "{ 3 } {} {}}ok }} %} #}"},
    {"{{ \"double \\\"quoted\\\" \\n\\t\\\\ \\x41 \\u00e9 \\q\" }} {{ 'it\\'s' }}",
     "double \"quoted\" \n\t\\ A \xc3\xa9 \\q it's"},
    {"{{ 1 }} {{ -1 }} {{ 1.50 }} {{ 1e3 }} {{ 0 }} {{ 1.0 }} {{ 1e-7 }} {{ -2.5e10 }}",
     "1 -1 1.5 1000.0 0 1.0 1e-07 -25000000000.0"},
    {"{{ ['a', \"b'c\", 1, 1.5, true, none, ['x']] }}", "['a', \"b'c\", 1, 1.5, True, None, ['x']]"},
    {"{{ [] }} {{ ['\xc3\xa9\\u00a0\\u200b'] }} {{ (n) }} {{ ((text)) | lower }}",
     "[] ['\xc3\xa9\\xa0\\u200b'] 3 hello, world"},
    {"{{ n | default(1) | round | json }}", "3"},
    {"{{ html }}", "<b>&\"'</b>"},
    {"{{ tpl }}", "{{ n }}"},
    {"{{ s7 == '7' }} {{ s7 | length }} {{ xs|first|upper }}", "True 1 A"},
    {"{{ text|lower if n == 3 and not f else 'no' }}", "hello, world"},
    {"{{ 'x' if missing is defined else 'undefined' }}", "undefined"},
    {"{%if n%}tight{%endif%}{%for q in xs%}{{q}}{%endfor%}", "tightabc"},
    {"{%+ if n +%} plus {%+ endif +%}", " plus "},
    {"{{ n\n  }} {{\nn }} {% if\n  n == 3\n%}multi{% endif %}", "3 3 multi"},
    {"{{ true }} {{ True }} {{ none }} {{ None }} {{ false }} {{ False }}", "True True None None False False"},
    {"{% for loop_x in xs %}{% if loop.last %}{{ loop_x }}{% endif %}{% endfor %}", "c"},
    {"{% for n in xs %}{{ n }}{% endfor %}{{ n }}", "abc3"},
    {"{% if (n == 3 or missing) and xs %}short{% endif %}", "short"},
    {"{{ 'a' 'b' }}", "ab"},
    {"{{ obj.a.b | length }} {{ obj.a.b | last }} {{ deepl[1][1][0] }}", "2 {'c': 'deep'} 4"},
    {"{{ 0.1 == 0.10 }} {{ 100 == 1e2 }} {{ nums[1] == 2.50 }} {{ neg < 0 }} {{ neg < -6.9 }}",
     "True True True True True"},
    {"{{ 3 not in [1, 2] and 1 in [1] }}", "True"},
    {"\xc3\x9cn\xc3\xaf {{ uni }} \xe6\x97\xa5\xe6\x9c\xac",
     "\xc3\x9cn\xc3\xaf \xc3\x84\xc3\x96\xc3\xbc \xc3\x9f \xe6\x97\xa5\xe6\x9c\xac \xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac"},
};

#endif
