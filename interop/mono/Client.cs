// Mono's client: calls the service at an address through one contract, and says what came of each call.
using System;
using System.ServiceModel;
using System.Threading;

namespace Lapse.Interop
{
    public class Callbacks : ICallbacks
    {
        public string Ask(string q)
        {
            Lines.Write("calledBack", "Ask", "q", q);
            return q + "!";
        }

        public void Tick(int n)
        {
            Lines.Write("calledBack", "Tick", "n", n);
        }
    }

    public static class Client
    {
        public static int Run(string contract, string address)
        {
            var endpoint = new EndpointAddress(address);
            var binding = Service.Binding(contract);
            if (contract == "duplex") Duplex(new DuplexChannelFactory<IDuplexTestService>(
                new InstanceContext(new Callbacks()), binding, endpoint));
            else if (contract == "session") Session(new ChannelFactory<ISessionTestService>(binding, endpoint));
            else if (contract == "unbegun") Unbegun(new ChannelFactory<ISessionTestService>(binding, endpoint));
            else if (contract == "idle") Idle(new ChannelFactory<ITestService>(binding, endpoint));
            else if (contract == "late") Late(new ChannelFactory<ITestService>(binding, endpoint));
            else if (contract == "streamed") Streamed(() => new ChannelFactory<ITestService>(binding, endpoint));
            else if (contract == "throws") Throws(new ChannelFactory<ITestService>(binding, endpoint));
            else Test(new ChannelFactory<ITestService>(binding, endpoint));
            return 0;
        }

        static void Test(ChannelFactory<ITestService> factory)
        {
            var service = factory.CreateChannel();
            Tell("Echo", () => service.Echo("hello"));
            Tell("Echo of \u00e4 \u20ac \ud83d\ude00 < &", () => service.Echo("\u00e4 \u20ac \ud83d\ude00 < &"));
            Tell("Echo of nothing", () => service.Echo("") + "|" + (service.Echo(null) ?? "null"));
            Tell("Slow", () => service.Slow(150));
            Tell("OneWay", () => { service.OneWay("there"); return "sent"; });
            Tell("ThrowTyped", () => service.ThrowTyped("typed"));
            Tell("Echo after the fault", () => service.Echo("still here"));
            Tell("Large", () => service.Large(200000).Length.ToString());
            Tell("close", () => { ((IClientChannel)service).Close(); return "closed"; });
        }

        static void Throws(ChannelFactory<ITestService> factory)
        {
            var service = factory.CreateChannel();
            Tell("Throw", () => service.Throw("undeclared"));
            Tell("Echo", () => service.Echo("after the end"));
            ((IClientChannel)service).Abort();
        }

        static void Duplex(DuplexChannelFactory<IDuplexTestService> factory)
        {
            var service = factory.CreateChannel();
            Tell("Echo", () => service.Echo("hello"));
            Tell("OneWay", () => { service.OneWay("there"); return "sent"; });
            Tell("AskBack", () => service.AskBack("who"));
            Tell("Ticks", () => service.Ticks(3));
            // Mono's duplex Close waits for ever.
            ((IClientChannel)service).Abort();
        }

        static void Session(ChannelFactory<ISessionTestService> factory)
        {
            var service = factory.CreateChannel();
            Tell("Begin", () => service.Begin().ToString());
            Tell("Echo", () => service.Echo("hello"));
            Tell("Finish", () => service.Finish().ToString());
            Tell("close", () => { ((IClientChannel)service).Close(); return "closed"; });
        }

        /** Mono leaves it to the service to refuse what may not begin a session. */
        static void Unbegun(ChannelFactory<ISessionTestService> factory)
        {
            var service = factory.CreateChannel();
            Tell("Echo", () => service.Echo("hello"));
            Tell("Begin", () => service.Begin().ToString());
            Tell("close", () => { ((IClientChannel)service).Close(); return "closed"; });
        }

        /** After a timeout Mono takes the late reply for that of its next call: this channel makes none. */
        static void Late(ChannelFactory<ITestService> factory)
        {
            var service = factory.CreateChannel();
            Tell("Echo", () => service.Echo("hello"));
            ((IContextChannel)service).OperationTimeout = TimeSpan.FromMilliseconds(500);
            Tell("Slow", () => service.Slow(1500));
            ((IClientChannel)service).Abort();
        }

        /** Longer than the service waits. */
        static void Idle(ChannelFactory<ITestService> factory)
        {
            var service = factory.CreateChannel();
            Tell("Echo", () => service.Echo("hello"));
            Thread.Sleep(3000);
            Tell("Echo behind the pause", () => service.Echo("too late"));
            ((IClientChannel)service).Abort();
        }

        /** Mono cannot use a connection again in streamed mode, and an abort takes the factory with it. */
        static void Streamed(Func<ChannelFactory<ITestService>> factory)
        {
            foreach (var text in new[] { "hello", new string('x', 100000) })
            {
                var service = factory().CreateChannel();
                Tell("Echo of " + text.Length, () => service.Echo(text) == text ? "the same" : "another");
                ((IClientChannel)service).Abort();
            }
        }

        static void Tell(string step, Func<string> act)
        {
            try
            {
                Lines.Write("step", step, "result", act());
            }
            catch (FaultException<TestFault> fault)
            {
                Lines.Write("step", step, "threw", "FaultException<TestFault>", "message", fault.Message,
                    "code", fault.Detail.Code, "text", fault.Detail.Text);
            }
            catch (Exception error)
            {
                Lines.Write("step", step, "threw", error.GetType().Name, "message", error.Message);
            }
        }
    }

    public static class Peer
    {
        /** `service PORT CONTRACT …` or `client CONTRACT ADDRESS`. */
        public static int Main(string[] words)
        {
            if (words.Length >= 3 && words[0] == "service")
                return Service.Run(new ArraySegment<string>(words, 1, words.Length - 1));
            if (words.Length == 3 && words[0] == "client") return Client.Run(words[1], words[2]);
            Console.Error.WriteLine("usage: peer.exe service PORT CONTRACT … | client CONTRACT ADDRESS");
            return 64;
        }
    }
}
