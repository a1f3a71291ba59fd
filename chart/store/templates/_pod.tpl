{{/* Parts that the pods share, so that a rule about all of them is written once. */}}

{{/* Call with (list $ uid). */}}
{{- define "store.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ index . 1 }}
  runAsGroup: {{ index . 1 }}
  fsGroup: {{ index . 1 }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with (index . 0).Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "store.containerSecurity" -}}
image: {{ .Values.image.reference | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* What WordPress needs to know of its store, in the web server, the bootstrap and the scheduled tasks alike. */}}
{{- define "store.wordpressEnv" -}}
- name: URUMI_COUNTRY
  value: {{ .Values.store.country | quote }}
- name: URUMI_CURRENCY
  value: {{ .Values.store.currency | quote }}
- name: URUMI_INTERNET
  value: {{ .Values.network.internet | quote }}
- name: URUMI_DATABASE_HOST
  value: {{ include "store.database" . }}
- name: URUMI_DATABASE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "store.secret" . }}, key: database-password}}
- name: URUMI_SALT
  valueFrom: {secretKeyRef: {name: {{ include "store.secret" . }}, key: wordpress-salt}}
- name: URUMI_PLATFORM_TOKEN
  valueFrom: {secretKeyRef: {name: {{ include "store.secret" . }}, key: platform-token}}
{{- end }}
