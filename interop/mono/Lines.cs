// What the peer tells whoever started it: JSON, an object a line.
using System;
using System.Text;

namespace Lapse.Interop
{
    public static class Lines
    {
        static readonly object gate = new object();

        /** Names and values in turn. Strings and numbers; null is left out. */
        public static void Write(params object[] fields)
        {
            var line = new StringBuilder("{");
            for (int index = 0; index < fields.Length; index += 2)
            {
                if (fields[index + 1] == null) continue;
                if (line.Length > 1) line.Append(',');
                line.Append(Quoted((string)fields[index])).Append(':').Append(Value(fields[index + 1]));
            }
            lock (gate)
            {
                Console.Out.WriteLine(line.Append('}').ToString());
                Console.Out.Flush();
            }
        }

        static string Value(object value)
        {
            return value is int ? value.ToString() : Quoted(value.ToString());
        }

        static string Quoted(string text)
        {
            var quoted = new StringBuilder("\"");
            foreach (char c in text)
            {
                if (c == '"' || c == '\\') quoted.Append('\\').Append(c);
                else if (c < ' ' || c > '~') quoted.Append("\\u").Append(((int)c).ToString("x4"));
                else quoted.Append(c);
            }
            return quoted.Append('"').ToString();
        }
    }
}
