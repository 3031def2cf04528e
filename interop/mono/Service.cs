// Mono's service: each contract at a port of its own, until standard input ends.
using System;
using System.Collections.Generic;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.ServiceModel.Description;
using System.ServiceModel.Dispatcher;
using System.Threading;
using System.Xml;

namespace Lapse.Interop
{
    [ServiceBehavior(InstanceContextMode = InstanceContextMode.PerSession)]
    public class TestService : ITestService
    {
        public string Echo(string s)
        {
            Lines.Write("executed", "Echo", "s", s);
            return s;
        }

        public string Slow(int ms)
        {
            Thread.Sleep(ms);
            Lines.Write("executed", "Slow", "ms", ms);
            return "slept " + ms;
        }

        public void OneWay(string s)
        {
            Lines.Write("executed", "OneWay", "s", s);
        }

        public void SlowOneWay(int ms)
        {
            Thread.Sleep(ms);
            Lines.Write("executed", "SlowOneWay", "ms", ms);
        }

        public string Throw(string s)
        {
            Lines.Write("executed", "Throw", "s", s);
            throw new InvalidOperationException(s);
        }

        public void ThrowOneWay(string s)
        {
            Lines.Write("executed", "ThrowOneWay", "s", s);
            throw new InvalidOperationException(s);
        }

        public string ThrowTyped(string s)
        {
            Lines.Write("executed", "ThrowTyped", "s", s);
            throw new FaultException<TestFault>(new TestFault { Code = 42, Text = s }, "typed reason");
        }

        public byte[] Large(int bytes)
        {
            Lines.Write("executed", "Large", "bytes", bytes);
            return new byte[bytes];
        }
    }

    [ServiceBehavior(
        InstanceContextMode = InstanceContextMode.PerSession,
        ConcurrencyMode = ConcurrencyMode.Reentrant)]
    public class DuplexTestService : IDuplexTestService
    {
        public string Echo(string s)
        {
            Lines.Write("executed", "Echo", "s", s);
            return s;
        }

        public void OneWay(string s)
        {
            Lines.Write("executed", "OneWay", "s", s);
        }

        public string AskBack(string q)
        {
            string answer = Caller.Ask(q);
            Lines.Write("executed", "AskBack", "q", q);
            return answer;
        }

        public string Ticks(int n)
        {
            for (int tick = 0; tick < n; tick += 1) Caller.Tick(tick);
            Lines.Write("executed", "Ticks", "n", n);
            return "ticked";
        }

        static ICallbacks Caller
        {
            get { return OperationContext.Current.GetCallbackChannel<ICallbacks>(); }
        }
    }

    [ServiceBehavior(InstanceContextMode = InstanceContextMode.PerSession)]
    public class SessionTestService : ISessionTestService
    {
        int ordinal;

        public int Begin()
        {
            return Executed("Begin");
        }

        public string Echo(string s)
        {
            Executed("Echo");
            return s;
        }

        public int Finish()
        {
            return Executed("Finish");
        }

        int Executed(string operation)
        {
            ordinal += 1;
            Lines.Write("executed", operation, "ordinal", ordinal);
            return ordinal;
        }
    }

    /** Mono's faults relate to nothing, so that no client of Microsoft's can tell whose they are. These relate. */
    public class RelatedFaults : IDispatchMessageInspector
    {
        public object AfterReceiveRequest(ref Message request, IClientChannel channel, InstanceContext instance)
        {
            return request.Headers.MessageId;
        }

        public void BeforeSendReply(ref Message reply, object messageId)
        {
            if (reply != null && reply.Headers.RelatesTo == null) reply.Headers.RelatesTo = (UniqueId)messageId;
        }
    }

    public static class Service
    {
        const int LargestMessage = 4 * 1024 * 1024;

        /** `PORT CONTRACT` in turn. */
        public static int Run(IList<string> words)
        {
            var hosts = new List<ServiceHost>();
            for (int index = 0; index < words.Count; index += 2)
            {
                hosts.Add(Open(int.Parse(words[index]), words[index + 1]));
                Lines.Write("listening", words[index + 1]);
            }
            while (Console.In.ReadLine() != null) { }
            // Mono's listeners cannot be closed while they accept: it throws on another thread.
            Environment.Exit(0);
            return 0;
        }

        static ServiceHost Open(int port, string contract)
        {
            bool duplex = contract == "duplex", session = contract == "session";
            var host = new ServiceHost(
                duplex ? typeof(DuplexTestService) : session ? typeof(SessionTestService) : typeof(TestService));
            host.AddServiceEndpoint(
                duplex ? typeof(IDuplexTestService) : session ? typeof(ISessionTestService) : typeof(ITestService),
                Binding(contract),
                "net.tcp://127.0.0.1:" + port + "/test");
            host.Open();
            if (contract == "related")
                foreach (ChannelDispatcher dispatcher in host.ChannelDispatchers)
                    foreach (var endpoint in dispatcher.Endpoints)
                        endpoint.DispatchRuntime.MessageInspectors.Add(new RelatedFaults());
            return host;
        }

        public static NetTcpBinding Binding(string contract)
        {
            return new NetTcpBinding(SecurityMode.None)
            {
                TransferMode = contract == "streamed" ? TransferMode.Streamed : TransferMode.Buffered,
                MaxReceivedMessageSize = LargestMessage,
                ReaderQuotas = { MaxArrayLength = LargestMessage, MaxStringContentLength = LargestMessage },
                SendTimeout = TimeSpan.FromSeconds(10),
            };
        }
    }
}
